#include "workloads/import/onnx/limits.hpp"

#include <fmt/format.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

#include <array>
#include <cstdint>
#include <optional>

#include "workloads/import/onnx/model.hpp"

namespace h4h::workloads::onnx {
namespace {

using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedInputStream;

// Large transformers have about 50,000 fields besides the values of their weights.
constexpr std::int64_t kMaxFields = 2'000'000;
constexpr int kMaxDepth = 48;  // protobuf itself ends at 100

// The messages of onnx.proto in which others are.
enum class Message {
  model,
  graph,
  node,
  attribute,
  value_info,
  type,
  tensor_type,
  shape,
  function
};

struct Nested {
  Message outer;
  int field;
  Message inner;
};
constexpr std::array kNested{
    Nested{Message::model, 7, Message::graph},
    Nested{Message::model, 25, Message::function},
    Nested{Message::function, 7, Message::node},
    Nested{Message::function, 11, Message::attribute},
    Nested{Message::graph, 1, Message::node},
    Nested{Message::graph, 11, Message::value_info},
    Nested{Message::graph, 12, Message::value_info},
    Nested{Message::graph, 13, Message::value_info},
    Nested{Message::node, 5, Message::attribute},
    Nested{Message::attribute, 6, Message::graph},
    Nested{Message::attribute, 11, Message::graph},
    Nested{Message::attribute, 14, Message::type},
    Nested{Message::value_info, 2, Message::type},
    Nested{Message::type, 1, Message::tensor_type},
    Nested{Message::type, 4, Message::value_info},  // a sequence of types
    Nested{Message::type, 9, Message::value_info},  // an optional type
    Nested{Message::tensor_type, 2, Message::shape},
};

std::optional<Message> message_in(Message outer, std::uint32_t tag) {
  if (WireFormatLite::GetTagWireType(tag) != WireFormatLite::WIRETYPE_LENGTH_DELIMITED) return {};
  for (const Nested& nested : kNested) {
    if (nested.outer == outer && nested.field == WireFormatLite::GetTagFieldNumber(tag)) {
      return nested.inner;
    }
  }
  return {};
}

class Walk {
 public:
  explicit Walk(std::string_view bytes)
      : in_(reinterpret_cast<const std::uint8_t*>(bytes.data()), static_cast<int>(bytes.size())),
        size_(static_cast<int>(bytes.size())) {}

  void message(Message kind, int depth = 0) {
    if (depth > kMaxDepth) {
      throw FormatError(fmt::format("messages are nested more than {} deep", kMaxDepth));
    }
    while (const std::uint32_t tag = in_.ReadTag()) {
      if (++fields_ > kMaxFields) {
        throw FormatError(fmt::format("more than {} fields", kMaxFields));
      }
      const std::optional<Message> inner = message_in(kind, tag);
      if (!inner) {
        if (!WireFormatLite::SkipField(&in_, tag)) fail();
        continue;
      }
      int length = 0;
      if (!in_.ReadVarintSizeAsInt(&length) || length > rest()) fail();
      const CodedInputStream::Limit outer = in_.PushLimit(length);
      message(*inner, depth + 1);
      in_.PopLimit(outer);
    }
    if (!in_.ConsumedEntireMessage()) fail();
  }

 private:
  int rest() const { return size_ - in_.CurrentPosition(); }
  [[noreturn]] void fail() const {
    throw FormatError(fmt::format("not an ONNX file, or truncated: the message is wrong at byte {}",
                                  in_.CurrentPosition()));
  }

  CodedInputStream in_;
  int size_;
  std::int64_t fields_ = 0;
};

}  // namespace

void check_messages(std::string_view bytes) { Walk(bytes).message(Message::model); }

}  // namespace h4h::workloads::onnx
