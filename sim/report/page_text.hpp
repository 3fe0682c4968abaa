#pragma once

#include <map>
#include <string>
#include <string_view>

namespace h4h::sim {

// What every HTML page is put together with.

std::string html_text(const std::string& text);

// In JSON '<' stands only inside strings; escaped there, no name can end the script element.
std::string script_json(const std::string& json);

// Replaces every {{name}}. What is filled in is not looked at again.
std::string fill_page(std::string_view page, const std::map<std::string_view, std::string>& values);

}  // namespace h4h::sim
