#pragma once

#include <string>

namespace h4h {

constexpr std::size_t kLineWidth = 80;  // of what is printed for a terminal

// Widths count bytes: they are columns of a terminal for ASCII alone.

// `text` with its lines broken at spaces so that none has more than `width` characters, if it has
// spaces to break at. What follows a break is indented by `indent`.
std::string wrapped(const std::string& text, std::size_t indent, std::size_t width = kLineWidth);

// A name of at most `width` bytes (4 at least): "..." and its end, from a whole character of UTF-8
// on, where it is longer. Names of layers differ in their ends; their starts name the model.
std::string shortened(const std::string& name, std::size_t width);

}  // namespace h4h
