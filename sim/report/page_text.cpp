#include "sim/report/page_text.hpp"

#include <fmt/format.h>

#include <map>

#include "base/json/json_writer.hpp"
#include "base/text/printable.hpp"
#include "sim/job/layer_job.hpp"
#include "sim/report/page_assets.hpp"
#include "sim/report/provenance.hpp"

namespace h4h::sim {
namespace {

std::string replace_each(std::string_view text, char c, std::string_view by) {
  std::string replaced;
  for (const char t : text) t == c ? replaced.append(by) : replaced.append(1, t);
  return replaced;
}

std::string html_text(const std::string& text) {
  return replace_each(replace_each(printable(text), '&', "&amp;"), '<', "&lt;");
}

// JSON escapes what is not printable. With one more backslash the page shows the escape, not the
// character; line breaks stay, which a page shows as blanks.
std::string with_visible_escapes(std::string_view json) {
  std::string text;
  for (std::size_t i = 0; i < json.size(); ++i) {
    text += json[i];
    if (json[i] != '\\') continue;
    const char escape = json[++i];
    if (std::string_view("\"\\/n").find(escape) == std::string_view::npos) text += '\\';
    text += escape;
  }
  return text;
}

// In JSON '<' stands only inside strings; escaped there, no name can end the script element.
std::string script_document(const Document& data) {
  const std::string json = with_visible_escapes(write_json(data, JsonLayout::compact));
  return replace_each(json, '<', "\\u003c");
}

// Lines end between words.
std::string command_html(const std::string& command) {
  if (command.empty()) return {};
  const std::string words = replace_each(html_text(command), ' ', "</span> <span>");
  return "    <p class=\"command\"><code id=\"command\"><span>" + words + "</span></code></p>\n";
}

// Replaces every {{name}}. What is filled in is not looked at again.
std::string fill(std::string_view page, const std::map<std::string_view, std::string>& values) {
  std::string filled;
  for (std::size_t open = page.find("{{"); open != std::string_view::npos; open = page.find("{{")) {
    const std::size_t close = page.find("}}", open);
    filled.append(page.substr(0, open));
    filled.append(values.at(page.substr(open + 2, close - open - 2)));
    page.remove_prefix(close + 2);
  }
  return filled.append(page);
}

}  // namespace

std::string assemble_page(const PageContent& content) {
  std::string script;
  for (const char* name : {"units.js", "export.js", "charts.js", "tables.js"})
    script += page_asset(name);
  return fill(
      page_asset("frame.html"),
      {{"title", html_text(content.title)},
       {"kicker", html_text(content.kicker)},
       {"command", command_html(content.command)},
       {"sections", std::string(content.sections)},
       {"program", fmt::format("h4h {}, model version {}", program_version(), kModelVersion)},
       {"style", std::string(page_asset("page.css"))},
       {"chart", std::string(page_asset("chart.min.js"))},
       {"data", script_document(content.data)},
       {"script", script + content.script}});
}

}  // namespace h4h::sim
