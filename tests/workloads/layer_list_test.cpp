#include "workloads/import/layer_list/reader.hpp"

#include <gtest/gtest.h>

#include "tests/support/files.hpp"
#include "workloads/import/layer_list/listed_shape.hpp"
#include "workloads/ir/same_padding.hpp"

namespace h4h::workloads {
namespace {

constexpr char kHeader[] = "layer_id,op,H,W,Cin,Cout,k,stride\n";

std::vector<ListedLayer> read(const std::string& text) {
  const tests::TemporaryFolder folder;
  return read_layer_list(folder.write("layers.csv", text));
}

std::string error(const std::string& rows) {
  return tests::message_of<NetworkError>([&] { read(kHeader + rows); });
}

TEST(LayerList, ReadsTheFourOperators) {
  const auto layers = read(std::string(kHeader) +
                           "a,conv3x3,8,8,16,32,3,2\nb,dw3x3,8,8,16,16,3,1\n"
                           "c,pw1x1,8,8,16,32,1,1\nd,fc,1,1,64,10,1,1\n");
  ASSERT_EQ(layers.size(), 4u);
  EXPECT_EQ(macs(layers[0].network), 4 * 4 * 9 * 16 * 32);
  EXPECT_EQ(macs(layers[1].network), 8 * 8 * 9 * 16);
  EXPECT_EQ(macs(layers[2].network), 8 * 8 * 16 * 32);
  EXPECT_EQ(macs(layers[3].network), 640);
  EXPECT_EQ(activation_of(layers[3].network.layers[0].op), Activation::relu);
}

TEST(LayerList, TakesColumnsInAnyOrderAndIgnoresOthers) {
  const auto layers = read("note,stride,k,Cout,Cin,W,H,op,layer_id\nx,1,1,32,16,8,8,pw1x1,a\n");
  EXPECT_EQ(layers.front().id, "a");
  EXPECT_EQ(macs(layers.front().network), 8 * 8 * 16 * 32);
}

TEST(LayerList, UsesMeasuredWeightSizesWhereTheyAre) {
  const auto layers = read(
      "layer_id,op,H,W,Cin,Cout,k,stride,weight_bytes_encoded\n"
      "a,pw1x1,8,8,16,32,1,1,640\nb,pw1x1,8,8,16,32,1,1,\n");
  EXPECT_EQ(layers[0].network.layers[0].encoded_weight_bytes, 640);
  EXPECT_FALSE(layers[1].network.layers[0].encoded_weight_bytes);
}

const Network& only(const std::vector<ListedLayer>& layers) { return layers.at(0).network; }

TEST(LayerList, ReadsAnySquareKernel) {
  const auto layers = read(std::string(kHeader) +
                           "a,conv5x5,14,14,16,24,5,1\nb,conv7x7,224,224,3,64,7,2\n"
                           "c,dw5x5,14,14,16,16,5,2\nd,conv,14,14,16,24,9,1\ne,dw,7,7,8,16,2,1\n");
  EXPECT_EQ(macs(layers[0].network), 14 * 14 * 25 * 16 * 24);
  EXPECT_EQ(macs(layers[1].network), 112 * 112 * 49 * 3 * 64);
  EXPECT_EQ(macs(layers[2].network), 7 * 7 * 25 * 16);
  EXPECT_EQ(macs(layers[3].network), 14 * 14 * 81 * 16 * 24);
  EXPECT_EQ(macs(layers[4].network), 7 * 7 * 4 * 16);
}

TEST(LayerList, ReadsGroupsDilationAndValidPaddingWhereTheColumnsAreThere) {
  const auto layers = read(
      "layer_id,op,H,W,Cin,Cout,k,stride,groups,dilation,padding\n"
      "a,conv3x3,8,8,16,32,3,1,4,1,same\nb,conv3x3,9,9,16,32,3,1,,2,valid\n"
      "c,conv3x3,8,8,16,32,3,1,,,\nd,conv3x3,8,8,16,32,3,1,16,1,\n");
  EXPECT_EQ(macs(layers[0].network), 8 * 8 * 9 * 16 * 32 / 4);
  EXPECT_EQ(macs(layers[1].network), 5 * 5 * 9 * 16 * 32);
  EXPECT_EQ(macs(layers[2].network), 8 * 8 * 9 * 16 * 32);
  EXPECT_TRUE(std::holds_alternative<DepthwiseConv2d>(layers[3].network.layers[0].op));
  const std::string header = "layer_id,op,H,W,Cin,Cout,k,stride,groups,padding\n";
  const auto problem = [&](const std::string& row) {
    return tests::message_of<NetworkError>([&] { read(header + row); });
  };
  EXPECT_NE(problem("a,conv3x3,8,8,16,32,3,1,3,\n").find("Cin 16 is not a multiple of groups 3"),
            std::string::npos);
  EXPECT_NE(problem("a,conv3x3,8,8,16,32,3,1,1,full\n").find("allowed: same, valid"),
            std::string::npos);
  EXPECT_NE(problem("a,dw3x3,8,8,16,32,3,1,2,\n").find("groups must be 1"), std::string::npos);
}

TEST(LayerList, ReadsRowsOfMatrixProducts) {
  for (const char* const text :
       {"layer_id,op,H,W,Cin,Cout,k,stride\nqkv,fc,197,1,192,576,1,1\n",
        "layer_id,M,N,K\nqkv,197,576,192\n", "Layer,M,N,K,\nqkv,197,576,192,\n",
        "layer_id,op,M,N,K\nqkv,fc,197,576,192\n", "layer_id,op,M,N,K\nqkv,gemm,197,576,192\n"}) {
    const auto layers = read(text);
    EXPECT_EQ(layers.at(0).id, "qkv") << text;
    EXPECT_EQ(macs(only(layers)), 197 * 576 * 192) << text;
    EXPECT_EQ(weight_bytes(only(layers)), 576 * 192) << text;
  }
  const auto products = read("layer_id,op,M,N,K\nscores,matmul,197,197,64\n");
  EXPECT_EQ(macs(only(products)), 197 * 197 * 64);
  EXPECT_EQ(weight_bytes(only(products)), 0);
  EXPECT_TRUE(
      std::holds_alternative<Linear>(only(read("layer_id,M,N,K\na,1,10,64\n")).layers.front().op));
}

TEST(LayerList, ReadsSoftmaxAndProductsOfFeatureMaps) {
  const auto layers = read(std::string(kHeader) +
                           "a,softmax,197,3,197,197,1,1\nb,softmax,1,1,10,,,\n"
                           "c,matmul,3,197,64,197,1,1\n");
  EXPECT_EQ(layer_shape(layers[0].network, layers[0].network.layers[0]).output,
            (Shape{197, 3, 197}));
  EXPECT_EQ(macs(layers[1].network), 0);
  EXPECT_EQ(macs(layers[2].network), 3 * 197 * 64 * 197);
  EXPECT_EQ(weight_bytes(layers[2].network), 0);
}

TEST(LayerList, ReadsTheConvolutionsOfScaleSim) {
  const std::string header =
      "Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, "
      "Strides,\n";
  const auto layers = read(header + "Conv1, 224, 224, 7, 7, 3, 64, 2,\n");
  EXPECT_EQ(layers.at(0).id, "Conv1");
  EXPECT_EQ(macs(only(layers)), 109 * 109 * 49 * 3 * 64);
  const std::string message = tests::message_of<NetworkError>(
      [&] { read(header + "a, 8, 8, 3, 1, 3, 4, 1,\nb, 2, 2, 3, 3, 3, 4, 1,\n"); });
  EXPECT_NE(message.find(":2: filters are square; Filter Width must be 3, not 1"),
            std::string::npos)
      << message;
  EXPECT_NE(message.find(":3: layer 'b' (conv): window of 3 does not fit"), std::string::npos)
      << message;
}

TEST(LayerList, NamesFileAndLineOfEveryMistake) {
  EXPECT_NE(error("a,conv5x3,8,8,16,32,5,1\n").find(":2: op 'conv5x3' is not"), std::string::npos);
  EXPECT_NE(error("a,conv0x0,8,8,16,32,0,1\n").find(":2: op 'conv0x0' is not"), std::string::npos);
  EXPECT_NE(
      error("a,conv3x3,8,8,16,32,5,1\n").find("conv3x3 has k = 3, not 5; conv5x5 or conv has"),
      std::string::npos);
  EXPECT_NE(error("a,fc,2,1,16,32,3,1\n").find("fc has k = 1, not 3"), std::string::npos);
  EXPECT_NE(error("a,softmax,2,1,16,32,1,1\n").find("softmax has Cout = Cin = 16, not 32"),
            std::string::npos);
  EXPECT_NE(error("a,conv,8,8,16,32,,1\n").find("k must be a positive integer, not ''"),
            std::string::npos);
  EXPECT_NE(error("a,conv,8,8,16,32,200,1\n").find("kernel height must be 1..128, not 200"),
            std::string::npos);
  EXPECT_NE(error("a,pw1x1,8,8,0,32,1,1\n").find("Cin must be a positive integer"),
            std::string::npos);
  EXPECT_NE(error("a,pw1x1,8,8,16,12abc,1,1\n").find("not '12abc'"), std::string::npos);
  EXPECT_NE(error("a,pw1x1,8,8\n").find("4 values for 8 columns"), std::string::npos);
  EXPECT_NE(error("").find("no layers"), std::string::npos);
}

TEST(LayerList, NamesEveryBadRowAtOnce) {
  const std::string message =
      error("a,pw1x1,8,8,0,32,1,1\nb,pw1x1,8,8,16,32,1,1\nc,conv5,8,8,16,32,5,1\nd,fc\n");
  for (const char* const part : {":2: Cin must be", ":4: op 'conv5' is not", ":5: 2 values for"}) {
    EXPECT_NE(message.find(part), std::string::npos) << message;
  }
  EXPECT_EQ(tests::lines(message).size(), 3u) << message;
}

TEST(ListedShape, OfARowsLayerIsTheRow) {
  const auto layers = read(std::string(kHeader) +
                           "a,conv3x3,8,9,16,32,3,2\nb,dw3x3,8,9,16,32,3,2\n"
                           "c,pw1x1,8,9,16,32,1,2\nd,fc,1,1,64,10,1,1\n");
  const ListedShape expected[]{{ListedOp::conv3x3, 8, 9, 16, 32, 2},
                               {ListedOp::dw3x3, 8, 9, 16, 32, 2},
                               {ListedOp::pw1x1, 8, 9, 16, 32, 2},
                               {ListedOp::fc, 1, 1, 64, 10, 1}};
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const Network& network = layers[i].network;
    EXPECT_EQ(listed_shape(layer_shape(network, network.layers.front())), expected[i]);
  }
}

TEST(ListedShape, OfEveryRowsLayerIsTheRowInItsOnlyForm) {
  const auto layers = read(
      "layer_id,op,H,W,Cin,Cout,k,stride,groups,dilation,padding\n"
      "a,conv,8,8,16,32,5,2,,,\nb,dw,8,8,16,32,5,1,,2,\nc,conv3x3,9,9,16,32,3,1,4,1,valid\n"
      "d,softmax,8,8,16,,,,,,\ne,matmul,2,8,16,4,,,,,\nf,fc,5,1,16,4,,,,,\ng,conv,8,8,4,4,1,1,,,"
      "\n");
  const ListedShape expected[]{{ListedOp::conv, 8, 8, 16, 32, 2, 5},
                               {ListedOp::dw, 8, 8, 16, 32, 1, 5, 1, 2},
                               {ListedOp::conv, 9, 9, 16, 32, 1, 3, 4, 1, true},
                               {ListedOp::softmax, 8, 8, 16, 16},
                               {ListedOp::matmul, 2, 8, 16, 4},
                               {ListedOp::pw1x1, 5, 1, 16, 4},
                               {ListedOp::pw1x1, 8, 8, 4, 4}};
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const Network& network = layers[i].network;
    EXPECT_EQ(listed_shape(layer_shape(network, network.layers.front())), expected[i]) << i;
  }
}

TEST(ListedShape, IsOfNoLayerThatARowSaysTooLittleOf) {
  const Shape in{8, 8, 16};
  const auto listed = [&](const Op& op) {
    return listed_shape(LayerShape{op, {in}, output_shape(op, {in}), {}, {}}).has_value();
  };
  const Window same = same_window(in, 3, 1);
  EXPECT_TRUE(listed(Conv2d{32, same, Activation::none}));
  EXPECT_FALSE(listed(Conv2d{32, same, Activation::hard_swish}));
  Window window = same;
  window.padding = {2, 0, 1, 1};
  EXPECT_FALSE(listed(Conv2d{32, window, Activation::relu}));
  window = same_window(in, 3, 2);
  std::swap(window.padding.top, window.padding.bottom);
  EXPECT_FALSE(listed(DepthwiseConv2d{1, window, Activation::relu}));
  window = {3, 1, 1, 1, 1, 1, {}};
  window.padding = same_padding(in, window);
  EXPECT_FALSE(listed(Conv2d{32, window, Activation::relu}));
  EXPECT_FALSE(listed(Linear{32, Activation::relu}));  // a map as one vector
  EXPECT_FALSE(listed(Resize{}));
}

TEST(LayerList, NamesAMissingColumn) {
  const std::string message =
      tests::message_of<NetworkError>([] { read("layer_id,op,H,W,Cin,Cout,k\n"); });
  EXPECT_NE(message.find(":1: column 'stride' is missing"), std::string::npos) << message;
}

}  // namespace
}  // namespace h4h::workloads
