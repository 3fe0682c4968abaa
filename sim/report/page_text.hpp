#pragma once

#include <string>
#include <string_view>

#include "base/json/document.hpp"

namespace h4h::sim {

// What makes one page differ from another.
struct PageContent {
  std::string title, kicker;  // plain text
  std::string_view sections;  // HTML
  Document data;              // what the script draws
  std::string script;         // behind that of every page
  std::string command{};      // that made the results, for a shell; "": the page shows none
};

// One HTML page that holds everything it needs and fetches nothing.
std::string assemble_page(const PageContent& content);

}  // namespace h4h::sim
