#include "sim/report/page_text.hpp"

namespace h4h::sim {
namespace {

std::string replace_each(std::string_view text, char c, std::string_view by) {
  std::string replaced;
  for (const char t : text) t == c ? replaced.append(by) : replaced.append(1, t);
  return replaced;
}

}  // namespace

std::string html_text(const std::string& text) {
  return replace_each(replace_each(text, '&', "&amp;"), '<', "&lt;");
}

std::string script_json(const std::string& json) { return replace_each(json, '<', "\\u003c"); }

std::string fill_page(std::string_view page,
                      const std::map<std::string_view, std::string>& values) {
  std::string filled;
  for (std::size_t open = page.find("{{"); open != std::string_view::npos; open = page.find("{{")) {
    const std::size_t close = page.find("}}", open);
    filled.append(page.substr(0, open));
    filled.append(values.at(page.substr(open + 2, close - open - 2)));
    page.remove_prefix(close + 2);
  }
  return filled.append(page);
}

}  // namespace h4h::sim
