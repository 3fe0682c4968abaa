#include "nas/train/checkpoint.hpp"

#include <c10/util/Exception.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <new>
#include <utility>
#include <vector>

#include "base/json/json_parser.hpp"
#include "base/json/json_writer.hpp"

namespace h4h::nas {
namespace {

using Named = std::vector<std::pair<std::string, torch::Tensor>>;

constexpr std::string_view kFormat = "h4h.checkpoint/3";
constexpr std::string_view kWordChecksum = "h4h.checkpoint/2";
// The format of checkpoints that did not name their version of networks, which was 1.
constexpr std::string_view kUnversioned = "h4h.checkpoint/1";
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

// The checksum of format 2: FNV-1a of eight bytes at a time; the rest counts as one word. Changes
// of the highest bits of two words may cancel out.
std::uint64_t word_checksum(std::string_view bytes) {
  std::uint64_t h = 0xcbf29ce484222325;
  for (std::size_t i = 0; i < bytes.size(); i += sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + i, std::min(sizeof word, bytes.size() - i));
    h = (h ^ word) * 0x100000001b3;
  }
  return h;
}

bool take_prefix(std::string& name, const std::string& prefix) {
  if (name.rfind(prefix, 0) != 0) return false;
  name.erase(0, prefix.size());
  return true;
}

// Where a tensor of this name belongs. Throws where it has been put already.
torch::Tensor& place(TrainerState& state, std::string name) {
  const std::string full = name;
  torch::Tensor* found = nullptr;
  if (take_prefix(name, kValue)) {
    Parameter& parameter = state.parameters[name];
    parameter.group = ParameterGroup::conv;
    parameter.role = ParameterRole::weight;
    found = &parameter.value;
  } else if (take_prefix(name, kFirst)) {
    found = &state.moments[name].first;
  } else if (take_prefix(name, kSecond)) {
    found = &state.moments[name].second;
  }
  if (found == nullptr) throw DocumentError(fmt::format("'{}' is no tensor of a training", full));
  if (found->defined()) throw DocumentError(fmt::format("'{}' is given twice", full));
  return *found;
}

// How many floats a tensor has. Throws for sizes below 1 and for more floats than `most`.
std::size_t elements_of(const std::vector<std::int64_t>& sizes, std::size_t most) {
  std::size_t elements = 1;
  for (const std::int64_t size : sizes) {
    if (size < 1 || static_cast<std::uint64_t>(size) > most / elements) {
      throw DocumentError(fmt::format("a tensor of {} values", fmt::join(sizes, " x ")));
    }
    elements *= static_cast<std::size_t>(size);
  }
  if (elements > most) throw DocumentError("cut off");
  return elements;
}

// The first values of `bytes`, which it removes from there.
torch::Tensor take_tensor(std::string_view& bytes, const std::vector<std::int64_t>& sizes) {
  const std::size_t elements = elements_of(sizes, bytes.size() / sizeof(float));
  torch::Tensor tensor = torch::empty(sizes, torch::kFloat);
  auto* const values = static_cast<float*>(tensor.data_ptr());
  std::memcpy(values, bytes.data(), elements * sizeof(float));
  bytes.remove_prefix(elements * sizeof(float));
  if (std::all_of(values, values + elements, [](float v) { return std::isfinite(v); })) {
    return tensor;
  }
  throw DocumentError("a tensor has values that are not finite");
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

// The name of the format, with which the file begins.
std::string_view format_of(std::string_view bytes) {
  constexpr std::string_view kBegin = "{\"format\":\"";
  if (bytes.substr(0, kBegin.size()) != kBegin) return {};
  bytes.remove_prefix(kBegin.size());
  return bytes.substr(0, std::min(bytes.find('"'), kFormat.size()));
}

// All of `bytes` but the checksum at their end, which is compared.
std::string_view without_checksum(std::string_view bytes) {
  std::uint64_t sum = 0;
  if (bytes.size() < sizeof sum) throw DocumentError("cut off");
  const std::string_view content = bytes.substr(0, bytes.size() - sizeof sum);
  std::memcpy(&sum, content.data() + content.size(), sizeof sum);
  const std::string_view format = format_of(bytes);
  if (format == kUnversioned) throw OtherNetworks(other_networks(1));
  if (format != kFormat && format != kWordChecksum) throw DocumentError("another format");
  const std::uint64_t right = format == kFormat ? fnv1a(content) : word_checksum(content);
  if (sum != right) throw DocumentError("the checksum does not match");
  return content;
}

void check_moments(const TrainerState& state) {
  for (const auto& [name, moments] : state.moments) {
    if (moments.first.defined() && moments.second.defined()) continue;
    throw DocumentError(fmt::format("'{}' has one of its two moments", name));
  }
}

std::int64_t step_of(const Document& head, std::int64_t steps) {
  const std::int64_t step = head.at("step").integer();
  if (step >= 0 && step <= steps) return step;
  throw DocumentError(fmt::format("step {} of a training of {} steps", step, steps));
}

TrainingCheckpoint parsed(std::string_view bytes) {
  std::string_view content = without_checksum(bytes);
  const std::size_t line = content.find('\n');
  if (line == std::string_view::npos) throw DocumentError("cut off");
  const Document head = parse_json(content.substr(0, line));
  content.remove_prefix(line + 1);
  const std::int64_t networks = head.at("networks_version").integer();
  if (networks != kNetworksVersion) throw OtherNetworks(other_networks(static_cast<int>(networks)));
  TrainingCheckpoint checkpoint{train_arguments(head.at("arguments")),
                                head.at("metrics_bytes").unsigned_integer()};
  if (const Document* const sum = head.find("metrics_checksum")) {
    checkpoint.metrics_checksum = sum->text();
  }
  checkpoint.state.step = step_of(head, checkpoint.arguments.steps);
  for (const Document& entry : head.at("tensors").items()) {
    place(checkpoint.state, entry.at("name").text()) =
        take_tensor(content, sizes_of(entry.at("sizes")));
  }
  if (!content.empty()) throw DocumentError("more than its tensors");
  check_moments(checkpoint.state);
  return checkpoint;
}

TrainingFileError not_enough_memory(const std::string& file) {
  return TrainingFileError(fmt::format("{}: there is not enough memory for its values", file));
}

}  // namespace

std::string to_bytes(const TrainingCheckpoint& checkpoint) {
  const Named tensors = tensors_of(checkpoint.state);
  Document head{{"format", kFormat},
                {"networks_version", kNetworksVersion},
                {"arguments", to_document(checkpoint.arguments)},
                {"step", checkpoint.state.step},
                {"metrics_bytes", checkpoint.metrics_bytes},
                {"metrics_checksum", checkpoint.metrics_checksum},
                {"tensors", Document::array()}};
  for (const auto& [name, tensor] : tensors) {
    head["tensors"].push_back({{"name", name}, {"sizes", tensor.sizes().vec()}});
  }
  std::string bytes = write_json(head, JsonLayout::compact) + "\n";
  for (const auto& [name, tensor] : tensors) {
    const torch::Tensor values = tensor.detach().to(torch::kCPU).contiguous();
    bytes.append(static_cast<const char*>(values.data_ptr()), bytes_of(values));
  }
  const std::uint64_t sum = fnv1a(bytes);
  return bytes.append(reinterpret_cast<const char*>(&sum), sizeof sum);
}

TrainingCheckpoint checkpoint_of(const std::string& bytes, const std::string& file) {
  try {
    return parsed(bytes);
  } catch (const OtherNetworks& error) {
    throw TrainingFileError(
        fmt::format("{}: is {}; train again into another directory", file, error.what()));
  } catch (const std::bad_alloc&) {
    throw not_enough_memory(file);
  } catch (const JsonMemoryError&) {
    throw not_enough_memory(file);
  } catch (const c10::Error&) {  // of the tensors, whose sizes fit the file
    throw not_enough_memory(file);
  } catch (const std::exception& error) {
    throw TrainingFileError(
        fmt::format("{}: not a checkpoint, or damaged: {}", file, error.what()));
  }
}

TrainingCheckpoint read_checkpoint(const std::filesystem::path& file) {
  return checkpoint_of(read_file_or<TrainingFileError>(file, kCheckpointLimit), file.string());
}

}  // namespace h4h::nas
