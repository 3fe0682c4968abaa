#include "tools/h4h/message.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <iostream>
#include <new>

#include "base/text/printable.hpp"

namespace h4h::tools {

void print_message(const std::string& message) { std::cerr << printable_lines(message) << "\n"; }

std::string message_of(const std::exception& error) {
  if (const auto* file = dynamic_cast<const std::filesystem::filesystem_error*>(&error)) {
    return fmt::format("{}: {}", file->path1().string(), file->code().message());
  }
  if (dynamic_cast<const std::bad_alloc*>(&error) != nullptr) return "out of memory";
  return error.what();
}

}  // namespace h4h::tools
