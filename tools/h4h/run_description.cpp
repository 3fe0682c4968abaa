#include "tools/h4h/run_description.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "tools/h4h/write_file.hpp"

namespace h4h::tools {
namespace {

using Json = nlohmann::ordered_json;

std::string word_of(const Json& json, const std::string& key) {
  const auto found = json.find(key);
  if (found == json.end()) return "missing";
  return found->is_string() ? found->get<std::string>() : found->dump();
}

void refuse_other(const RunFolder& folder, const RunDescription& now) {
  const std::optional<std::string> text = folder.read_checkpoint();
  if (!text) return;
  const Json before = Json::parse(*text, nullptr, false);
  const std::string file = folder.checkpoint().string();
  if (!before.is_object()) throw std::runtime_error(file + " is not of this command");
  for (const auto& [key, value] : now) {
    const std::string was = word_of(before, key);
    if (was == value) continue;
    throw std::runtime_error(fmt::format(
        "{} holds results of other arguments: {} was {}, is {} now", file, key, was, value));
  }
}

}  // namespace

void claim_folder(const RunFolder& folder, const RunDescription& now) {
  refuse_other(folder, now);
  Json json = Json::object();
  for (const auto& [key, value] : now) json[key] = value;
  write_file(folder.checkpoint(), json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

void insist_on_checkpoint(const std::filesystem::path& checkpoint) {
  if (std::filesystem::exists(checkpoint)) return;
  throw std::runtime_error(fmt::format("{}: nothing to go on with: no {}",
                                       checkpoint.parent_path().string(),
                                       checkpoint.filename().string()));
}

}  // namespace h4h::tools
