#include "nas/data/open.hpp"

#include <fmt/format.h>

#include "nas/data/cifar10.hpp"
#include "nas/data/fashion_mnist.hpp"
#include "nas/data/holdout.hpp"
#include "nas/data/open_folder.hpp"

namespace h4h::nas {
namespace {

constexpr const char* kDebianFashionMnist = "/usr/share/datasets/fashion-mnist";

struct Name {
  std::string kind, path;
};
Name name_of(const std::string& data) {
  const std::size_t colon = data.find(':');
  return {data.substr(0, colon), colon == std::string::npos ? "" : data.substr(colon + 1)};
}

struct Sets {
  ImageSet train, test;
};
Sets read(const Name& name) {
  if (name.kind == "fashion-mnist") {
    const std::string folder = name.path.empty() ? kDebianFashionMnist : name.path;
    return {read_fashion_mnist(folder, "train"), read_fashion_mnist(folder, "t10k")};
  }
  if (name.kind == "cifar10") {
    if (name.path.empty()) throw DataError("cifar10 needs the directory of its files: cifar10:DIR");
    return {read_cifar10_train(name.path), read_cifar10_test(name.path)};
  }
  throw DataError(fmt::format(
      "unknown kind of data '{}'; known: fashion-mnist[:DIR], cifar10:DIR, imagefolder:DIR",
      name.kind));
}

Split split_of(Sets sets, std::uint64_t holdout_seed) {
  ImageSet holdout = hold_out(sets.train, holdout_seed);
  return {std::make_shared<MemorySource>(std::move(sets.train)),
          std::make_shared<MemorySource>(std::move(holdout)),
          std::make_shared<MemorySource>(std::move(sets.test))};
}

}  // namespace

std::string preparation_of(const std::string& data) {
  const Name name = name_of(data);
  if (name.kind == "fashion-mnist") {
    return "28 x 28 grey, with 2 black pixels around them, the grey value in each of 3 channels";
  }
  if (name.kind == "imagefolder") return folder_preparation(name.path);
  return "red, green, blue, as they are";
}

Split open_split(const std::string& data, const OpenOptions& options) {
  const Name name = name_of(data);
  if (name.kind == "imagefolder") return open_folder(name.path, options);
  Sets sets = read(name);
  try {
    return split_of(std::move(sets), options.holdout_seed);
  } catch (const DataError& error) {
    throw DataError(fmt::format("{}: {}", data, error.what()));
  }
}

}  // namespace h4h::nas
