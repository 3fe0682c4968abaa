#include "nas/data/open.hpp"

#include <fmt/format.h>

#include "nas/data/cifar10.hpp"
#include "nas/data/fashion_mnist.hpp"
#include "nas/data/holdout.hpp"

namespace h4h::nas {
namespace {

constexpr const char* kDebianFashionMnist = "/usr/share/datasets/fashion-mnist";

Split read(const std::string& kind, const std::string& path) {
  if (kind == "fashion-mnist") {
    const std::string folder = path.empty() ? kDebianFashionMnist : path;
    return {read_fashion_mnist(folder, "train"), {}, read_fashion_mnist(folder, "t10k")};
  }
  if (kind == "cifar10") {
    if (path.empty()) throw DataError("cifar10 needs the directory of its files: cifar10:DIR");
    return {read_cifar10_train(path), {}, read_cifar10_test(path)};
  }
  throw DataError(
      fmt::format("unknown kind of data '{}'; known: fashion-mnist[:DIR], cifar10:DIR", kind));
}

}  // namespace

std::string preparation_of(const std::string& data) {
  if (data.rfind("fashion-mnist", 0) == 0) {
    return "28 x 28 grey, with 2 black pixels around them, the grey value in each of 3 channels";
  }
  return "red, green, blue, as they are";
}

Split open_split(const std::string& data, std::uint64_t holdout_seed) {
  const std::size_t colon = data.find(':');
  Split split =
      read(data.substr(0, colon), colon == std::string::npos ? "" : data.substr(colon + 1));
  try {
    split.holdout = hold_out(split.train, holdout_seed);
  } catch (const DataError& error) {
    throw DataError(fmt::format("{}: {}", data, error.what()));
  }
  return split;
}

}  // namespace h4h::nas
