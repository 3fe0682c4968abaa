#include "sim/report/checksum.hpp"

#include <optional>

#include "base/json/json_parser.hpp"
#include "base/text/hash.hpp"

namespace h4h::sim {
namespace {

constexpr const char kMember[] = "checksum";
constexpr std::size_t kDigits = 16;  // of text_hash

// Where the digits of the last member "checksum" begin.
std::optional<std::size_t> place_of_digits(std::string_view text) {
  const std::string key = json_string(kMember) + ":";
  const std::size_t found = text.rfind(key);
  if (found == std::string_view::npos) return std::nullopt;
  const std::size_t quote = text.find('"', found + key.size());
  if (quote == std::string_view::npos || text.size() - quote <= kDigits) return std::nullopt;
  return quote + 1;
}

std::string hash_without_digits(std::string_view text, std::size_t place) {
  if (text.back() == '\n') text.remove_suffix(1);
  return text_hash(std::string(text).replace(place, kDigits, kDigits, '0'));
}

}  // namespace

std::string json_with_checksum(Document document, JsonLayout layout) {
  document.erase(kMember);
  document[kMember] = std::string(kDigits, '0');
  std::string text = write_json(document, layout);
  const std::size_t place = *place_of_digits(text);
  return text.replace(place, kDigits, hash_without_digits(text, place));
}

bool has_valid_checksum(std::string_view text) {
  const std::optional<std::size_t> place = place_of_digits(text);
  return place && text.substr(*place, kDigits) == hash_without_digits(text, *place);
}

Document parse_json_with_checksum(std::string_view text) {
  if (!place_of_digits(text)) {
    throw ChecksumError(
        "the checksum is missing: the file is cut off, or an earlier version of H4H wrote it");
  }
  if (!has_valid_checksum(text)) {
    throw ChecksumError("the checksum does not match: the file is damaged or was edited");
  }
  Document document = parse_json(text);
  document.erase(kMember);
  return document;
}

}  // namespace h4h::sim
