#include "tools/h4h/run_description.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "base/json/json_parser.hpp"
#include "base/json/json_writer.hpp"
#include "tools/h4h/write_file.hpp"

namespace h4h::tools {
namespace {

constexpr FileLimit kDescriptionLimit{"description of a run", 16 << 20};

std::string word_of(const Document& json, const std::string& key) {
  const Document* const found = json.find(key);
  if (found == nullptr) return "missing";
  return found->is_text() ? found->text() : write_json(*found, JsonLayout::compact);
}

void refuse_other(const RunFolder& folder, const RunDescription& now) {
  const std::optional<std::string> text = folder.read_checkpoint(kDescriptionLimit);
  if (!text) return;
  const Document before = parse_json_or_null(*text);
  const std::string file = folder.checkpoint().string();
  if (!before.is_object()) throw std::runtime_error(file + " was written by another command");
  for (const auto& [key, value] : now) {
    const std::string was = word_of(before, key);
    if (was == value) continue;
    throw std::runtime_error(
        fmt::format("{} holds results of a run with other arguments: {} was {}, is {} now", file,
                    key, was, value));
  }
  for (const auto& [key, was] : before.members()) {
    const auto same = [&, &name = key](const auto& entry) { return entry.first == name; };
    if (std::any_of(now.begin(), now.end(), same)) continue;
    throw std::runtime_error(
        fmt::format("{} holds results of a run with other arguments: {} was {}, is not given now",
                    file, key, word_of(before, key)));
  }
}

}  // namespace

void claim_folder(const RunFolder& folder, const RunDescription& now) {
  refuse_other(folder, now);
  Document json = Document::object();
  for (const auto& [key, value] : now) json[key] = value;
  write_file(folder.checkpoint(), write_json(json));
}

void require_checkpoint(const std::filesystem::path& checkpoint) {
  if (std::filesystem::exists(checkpoint)) return;
  throw std::runtime_error(fmt::format("{}: nothing to resume: no {}",
                                       checkpoint.parent_path().string(),
                                       checkpoint.filename().string()));
}

}  // namespace h4h::tools
