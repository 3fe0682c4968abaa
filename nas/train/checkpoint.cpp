#include "nas/train/checkpoint.hpp"

#include <fmt/format.h>

#include <cstring>
#include <utility>
#include <vector>

#include "base/json/json_parser.hpp"
#include "base/json/json_writer.hpp"

namespace h4h::nas {
namespace {

using Named = std::vector<std::pair<std::string, torch::Tensor>>;

constexpr const char* kFormat = "h4h.checkpoint/2";
// The format of checkpoints that did not name their version of networks, which was 1.
constexpr const char* kUnversioned = "h4h.checkpoint/1";
const std::string kValue = "parameter/", kFirst = "first moment/", kSecond = "second moment/";

Named tensors_of(const TrainerState& state) {
  Named all;
  for (const auto& [name, p] : state.parameters) all.emplace_back(kValue + name, p.value);
  for (const auto& [name, m] : state.moments) all.emplace_back(kFirst + name, m.first);
  for (const auto& [name, m] : state.moments) all.emplace_back(kSecond + name, m.second);
  return all;
}

std::size_t bytes_of(const torch::Tensor& tensor) {
  return static_cast<std::size_t>(tensor.numel()) * sizeof(float);
}

// FNV-1a of eight bytes at a time; the rest counts as one word.
std::uint64_t checksum(const char* bytes, std::size_t size) {
  std::uint64_t h = 0xcbf29ce484222325;
  for (std::size_t i = 0; i < size; i += sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes + i, std::min(sizeof word, size - i));
    h = (h ^ word) * 0x100000001b3;
  }
  return h;
}

bool take_prefix(std::string& name, const std::string& prefix) {
  if (name.rfind(prefix, 0) != 0) return false;
  name.erase(0, prefix.size());
  return true;
}

void put(TrainerState& state, std::string name, torch::Tensor tensor) {
  if (take_prefix(name, kValue)) {
    state.parameters[name] = {std::move(tensor), ParameterGroup::conv, ParameterRole::weight};
  } else if (take_prefix(name, kFirst)) {
    state.moments[name].first = std::move(tensor);
  } else if (take_prefix(name, kSecond)) {
    state.moments[name].second = std::move(tensor);
  }
}

// The values from `position` on, which it moves behind them.
torch::Tensor read_tensor(const std::string& bytes, std::size_t& position,
                          const std::vector<std::int64_t>& sizes) {
  torch::Tensor tensor = torch::empty(sizes, torch::kFloat);
  if (bytes_of(tensor) > bytes.size() - position) throw std::out_of_range("cut off");
  std::memcpy(tensor.data_ptr(), bytes.data() + position, bytes_of(tensor));
  position += bytes_of(tensor);
  return tensor;
}

std::vector<std::int64_t> sizes_of(const Document& document) {
  std::vector<std::int64_t> sizes;
  for (const Document& size : document.items()) sizes.push_back(size.integer());
  return sizes;
}

class OtherNetworks : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

TrainingCheckpoint parsed(const std::string& bytes) {
  const std::size_t line = bytes.find('\n');
  std::uint64_t sum = 0;
  if (line == std::string::npos || bytes.size() < line + 1 + sizeof sum) {
    throw std::out_of_range("cut off");
  }
  const std::size_t end = bytes.size() - sizeof sum;
  std::memcpy(&sum, bytes.data() + end, sizeof sum);
  const Document head = parse_json(std::string_view(bytes).substr(0, line));
  const std::string& format = head.at("format").text();
  if (format != kFormat && format != kUnversioned) throw std::out_of_range("another format");
  const Document* const version = head.find("networks_version");
  const int networks = version == nullptr ? 1 : static_cast<int>(version->integer());
  if (networks != kNetworksVersion) throw OtherNetworks(other_networks(networks));
  if (sum != checksum(bytes.data(), end)) throw std::out_of_range("the checksum differs");
  TrainingCheckpoint checkpoint{
      head.at("arguments"), head.at("metrics_bytes").unsigned_integer(), {}};
  checkpoint.state.step = head.at("step").integer();
  std::size_t position = line + 1;
  for (const Document& entry : head.at("tensors").items()) {
    put(checkpoint.state, entry.at("name").text(),
        read_tensor(bytes, position, sizes_of(entry.at("sizes"))));
  }
  if (position != end) throw std::out_of_range("more than its tensors");
  return checkpoint;
}

}  // namespace

std::string to_bytes(const TrainingCheckpoint& checkpoint) {
  const Named tensors = tensors_of(checkpoint.state);
  Document head{{"format", kFormat},
                {"networks_version", kNetworksVersion},
                {"arguments", checkpoint.arguments},
                {"step", checkpoint.state.step},
                {"metrics_bytes", checkpoint.metrics_bytes},
                {"tensors", Document::array()}};
  for (const auto& [name, tensor] : tensors) {
    head["tensors"].push_back({{"name", name}, {"sizes", tensor.sizes().vec()}});
  }
  std::string bytes = write_json(head, JsonLayout::compact) + "\n";
  for (const auto& [name, tensor] : tensors) {
    const torch::Tensor values = tensor.detach().to(torch::kCPU).contiguous();
    bytes.append(static_cast<const char*>(values.data_ptr()), bytes_of(values));
  }
  const std::uint64_t sum = checksum(bytes.data(), bytes.size());
  return bytes.append(reinterpret_cast<const char*>(&sum), sizeof sum);
}

TrainingCheckpoint checkpoint_of(const std::string& bytes, const std::string& file) {
  try {
    return parsed(bytes);
  } catch (const OtherNetworks& error) {
    throw TrainingFileError(
        fmt::format("{}: is {}; train it again in another folder", file, error.what()));
  } catch (const std::exception& error) {
    throw TrainingFileError(
        fmt::format("{}: no checkpoint, or a damaged one: {}", file, error.what()));
  }
}

TrainingCheckpoint read_checkpoint(const std::filesystem::path& file) {
  return checkpoint_of(read_file_or<TrainingFileError>(file, kCheckpointLimit), file.string());
}

}  // namespace h4h::nas
