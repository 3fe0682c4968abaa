#include "tools/h4h/run_description.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <stdexcept>

#include "base/json/json_parser.hpp"
#include "base/text/hash.hpp"
#include "sim/report/checksum.hpp"

namespace h4h::tools {
namespace {

constexpr FileLimit kDescriptionLimit{"description of a run", 16 << 20};
constexpr const char kSchema[] = "h4h.run/1";

std::string word_of(const Document& json, const std::string& key) {
  const Document* const found = json.find(key);
  if (found == nullptr) return "missing";
  return found->is_text() ? found->text() : write_json(*found, JsonLayout::compact);
}

// The description that the folder's checkpoint holds; nullopt where there is none.
std::optional<Document> description_of(const RunFolder& folder) {
  const std::optional<std::string> text = folder.read_checkpoint(kDescriptionLimit);
  if (!text) return std::nullopt;
  try {
    Document before = sim::parse_json_with_checksum(*text);
    if (before.at("schema") != Document(kSchema)) throw DocumentError("is of another schema");
    before.erase("schema");
    return before;
  } catch (const JsonMemoryError& error) {
    throw std::runtime_error(fmt::format("{}: {}", folder.checkpoint().string(), error.what()));
  } catch (const DocumentError& error) {
    throw std::runtime_error(fmt::format("{}: {}; choose another directory, or delete this one",
                                         folder.checkpoint().string(), error.what()));
  }
}

// The first difference, as "seed was 1, is 2 now".
std::optional<std::string> difference(const Document& before, const RunDescription& now) {
  for (const auto& [key, value] : now) {
    const std::string was = word_of(before, key);
    if (was != value) return fmt::format("{} was {}, is {} now", key, was, value);
  }
  for (const auto& [key, was] : before.members()) {
    const auto same = [&, &name = key](const auto& entry) { return entry.first == name; };
    if (std::any_of(now.begin(), now.end(), same)) continue;
    return fmt::format("{} was {}, is not given now", key, word_of(before, key));
  }
  return std::nullopt;
}

void refuse_other(const RunFolder& folder, const RunDescription& now) {
  const std::optional<Document> before = description_of(folder);
  if (!before || !folder.holds_results()) return;
  if (const std::optional<std::string> differing = difference(*before, now)) {
    throw std::runtime_error(
        fmt::format("{} holds results of a run with other arguments: {}; repeat "
                    "the arguments or choose another --out",
                    folder.checkpoint().string(), *differing));
  }
}

}  // namespace

std::string hash_of(const std::vector<std::vector<platforms::Override>>& variants) {
  std::string text;
  for (const std::vector<platforms::Override>& changes : variants) {
    std::vector<std::string> texts;
    for (const platforms::Override& change : changes) texts.push_back(to_string(change));
    text += fmt::format("{};", fmt::join(texts, " "));
  }
  return text_hash(text);
}

void claim_folder(const RunFolder& folder, const RunDescription& now) {
  refuse_other(folder, now);
  Document json{{"schema", kSchema}};
  for (const auto& [key, value] : now) json[key] = value;
  folder.write_checkpoint(sim::json_with_checksum(json), kDescriptionLimit);
}

void require_checkpoint(const std::filesystem::path& checkpoint) {
  if (std::filesystem::exists(checkpoint)) return;
  throw std::runtime_error(fmt::format("{}: nothing to resume: no {}",
                                       checkpoint.parent_path().string(),
                                       checkpoint.filename().string()));
}

}  // namespace h4h::tools
