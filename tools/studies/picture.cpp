#include "tools/studies/picture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace h4h::studies {
namespace {

// Of a chart, in pixels: with its margins, and the curves alone.
constexpr double kWidth = 480, kHeight = 330, kLeft = 62, kRight = 16, kTop = 34, kBottom = 46;
constexpr double kLegendRow = 18, kLegendSign = 22, kCharacter = 6.2;
constexpr std::size_t kColumns = 2, kColours = 10;

// Colours: Okabe and Ito 2008, which readers of any colour vision tell apart.
constexpr const char kStyle[] =
    "text { font: 11px sans-serif; fill: #1f2328 } .title { font-weight: bold } "
    ".grid { stroke: #d0d7de; stroke-width: 1 } .frame { stroke: #59636e; fill: none } "
    ".curve { fill: none; stroke-width: 1.6 } "
    ".s0 { stroke: #0072b2; color: #0072b2 } .s1 { stroke: #d55e00; color: #d55e00 } "
    ".s2 { stroke: #009e73; color: #009e73 } .s3 { stroke: #cc79a7; color: #cc79a7 } "
    ".s4 { stroke: #e69f00; color: #e69f00 } .s5 { stroke: #56b4e9; color: #56b4e9 } "
    ".s6 { stroke: #8c6d31; color: #8c6d31 } .s7 { stroke: #7f7f7f; color: #7f7f7f } "
    ".s8 { stroke: #44aa99; color: #44aa99 } .s9 { stroke: #aa4466; color: #aa4466 } "
    "circle { fill: currentColor; stroke: none } "
    "@media (prefers-color-scheme: dark) { text { fill: #f0f6fc } .grid { stroke: #3d444d } "
    ".frame { stroke: #9198a1 } }";

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else {
      out += c;
    }
  }
  return out;
}

// 1, 2 or 5 times a power of ten, not below.
double round_step(double step) {
  const double power = std::pow(10, std::floor(std::log10(step)));
  for (const double times : {1.0, 2.0, 5.0}) {
    if (times * power >= step * (1 - 1e-9)) return times * power;
  }
  return 10 * power;
}

std::vector<double> linear_ticks(double low, double high) {
  constexpr double kMost = 6;
  const double step = round_step((high - low) / kMost);
  std::vector<double> ticks;
  for (double i = std::ceil(low / step - 1e-9); i * step <= high + 1e-9 * step; ++i) {
    ticks.push_back(i * step + 0.0);  // no negative zero
  }
  return ticks;
}

// Of a value's place between two ends.
class Scale {
 public:
  Scale(double low, double high, bool logarithmic, double from, double to)
      : low_(low), high_(high), logarithmic_(logarithmic), from_(from), to_(to) {}

  double at(double value) const {
    const double share = logarithmic_ ? std::log(value / low_) / std::log(high_ / low_)
                                      : (value - low_) / (high_ - low_);
    return from_ + share * (to_ - from_);
  }
  std::vector<double> ticks() const { return ticks_of(low_, high_, logarithmic_); }

 private:
  double low_, high_;
  bool logarithmic_;
  double from_, to_;
};

struct Range {
  double low = 0, high = 0;
};

// Of the values, with a margin on both sides.
Range range_of(const std::vector<double>& values, bool logarithmic) {
  constexpr double kRoom = 0.05;
  const auto [least, most] = std::minmax_element(values.begin(), values.end());
  const double low = *least, high = *most;
  if (low == high) {
    if (logarithmic) return {low / 2, high * 2};
    const double margin = std::max(1.0, std::abs(low)) / 2;
    return {low - margin, high + margin};
  }
  if (logarithmic) {
    const double times = std::pow(high / low, kRoom);
    return {low / times, high * times};
  }
  return {low - kRoom * (high - low), high + kRoom * (high - low)};
}

bool drawn(const Chart& chart, const std::pair<double, double>& point) {
  const auto on = [](double value, const Axis& axis) {
    return std::isfinite(value) && (!axis.logarithmic || value > 0);
  };
  return on(point.first, chart.x) && on(point.second, chart.y);
}

std::vector<double> values_of(const Chart& chart, double std::pair<double, double>::*which) {
  std::vector<double> values;
  for (const Series& series : chart.series) {
    for (const auto& point : series.points) {
      if (drawn(chart, point)) values.push_back(point.*which);
    }
  }
  return values;
}

std::string text(double x, double y, const char* anchor, const std::string& what,
                 const std::string& more = {}) {
  return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\"{}>{}</text>\n", x, y,
                     anchor, more, escaped(what));
}

std::string line(double x1, double y1, double x2, double y2, const std::string& style) {
  return fmt::format(
      "<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" class=\"{}\"/>\n", x1, y1, x2,
      y2, style);
}

std::string style_of(std::size_t series) { return fmt::format("s{}", series % kColours); }

std::string axes(const Chart& chart, const Scale& x, const Scale& y) {
  constexpr double kBelow = 15, kTitleBelow = 34, kBeside = 6;
  std::string svg;
  const double bottom = kHeight - kBottom, right = kWidth - kRight;
  for (const double tick : x.ticks()) {
    svg += line(x.at(tick), kTop, x.at(tick), bottom, "grid");
    svg += text(x.at(tick), bottom + kBelow, "middle", fmt::format("{:.6g}", tick));
  }
  for (const double tick : y.ticks()) {
    svg += line(kLeft, y.at(tick), right, y.at(tick), "grid");
    svg += text(kLeft - kBeside, y.at(tick) + 4, "end", fmt::format("{:.6g}", tick));
  }
  svg += fmt::format("<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" class=\"frame\"/>\n",
                     kLeft, kTop, right - kLeft, bottom - kTop);
  const double middle = (kTop + bottom) / 2;
  svg += text((kLeft + right) / 2, bottom + kTitleBelow, "middle", chart.x.title);
  svg += text(14, middle, "middle", chart.y.title,
              fmt::format(" transform=\"rotate(-90 14 {:.1f})\"", middle));
  return svg;
}

std::string dot(double x, double y, double radius) {
  return fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"{:.1f}\"/>\n", x, y, radius);
}

// Of points alone, later series are smaller: one that lies on another hides none.
double radius_of(const Chart& chart, std::size_t number) {
  constexpr double kJoined = 2.2, kFirst = 4.4, kLess = 0.8, kLeast = 1.6;
  if (chart.series[number].joined) return kJoined;
  return std::max(kLeast, kFirst - kLess * static_cast<double>(number));
}

std::string curve(const Chart& chart, std::size_t number, const Scale& x, const Scale& y) {
  const Series& series = chart.series[number];
  std::string path, dots;
  for (const auto& point : series.points) {
    if (!drawn(chart, point)) continue;
    const double at_x = x.at(point.first), at_y = y.at(point.second);
    path += fmt::format("{}{:.1f},{:.1f}", path.empty() ? "" : " ", at_x, at_y);
    dots += dot(at_x, at_y, radius_of(chart, number));
  }
  std::string svg = fmt::format("<g class=\"{}\">\n", style_of(number));
  if (series.joined) svg += fmt::format("<polyline class=\"curve\" points=\"{}\"/>\n", path);
  return svg + dots + "</g>\n";
}

// Rows of names below the chart.
struct Legend {
  std::string svg;
  double height = 0;
};

Legend legend_of(const Chart& chart) {
  Legend legend;
  double x = kLeft, y = kHeight + 4;
  for (std::size_t i = 0; i < chart.series.size(); ++i) {
    const std::string& name = chart.series[i].name;
    const double width = kLegendSign + kCharacter * static_cast<double>(name.size()) + 12;
    if (x > kLeft && x + width > kWidth) {
      x = kLeft;
      y += kLegendRow;
    }
    legend.svg += fmt::format("<g class=\"{}\">\n", style_of(i));
    if (chart.series[i].joined) legend.svg += line(x, y, x + 16, y, "curve");
    legend.svg += dot(x + 8, y, radius_of(chart, i)) + "</g>\n";
    legend.svg += text(x + kLegendSign, y + 4, "start", name);
    x += width;
  }
  legend.height = y - kHeight + kLegendRow;
  return legend;
}

struct Panel {
  std::string svg;
  double height = 0;
};

// In a smaller font where it would be wider than the panel.
std::string title_of(const Chart& chart) {
  constexpr double kFont = 13, kWidthOfFont = 0.6, kMargin = 14;
  const auto characters = static_cast<double>(std::max<std::size_t>(chart.title.size(), 1));
  const double fitting = (kWidth - 2 * kMargin) / (kWidthOfFont * characters);
  return text(
      kMargin, kTop - 14, "start", chart.title,
      fmt::format(" class=\"title\" style=\"font-size: {:.1f}px\"", std::min(kFont, fitting)));
}

Panel panel_of(const Chart& chart) {
  Panel panel{title_of(chart), kHeight};
  const std::vector<double> xs = values_of(chart, &std::pair<double, double>::first);
  const std::vector<double> ys = values_of(chart, &std::pair<double, double>::second);
  if (xs.empty()) {
    panel.svg += text(kLeft, kTop + 20, "start", "no points");
    return panel;
  }
  const Range x_range = range_of(xs, chart.x.logarithmic);
  const Range y_range = range_of(ys, chart.y.logarithmic);
  const Scale x(x_range.low, x_range.high, chart.x.logarithmic, kLeft, kWidth - kRight);
  const Scale y(y_range.low, y_range.high, chart.y.logarithmic, kHeight - kBottom, kTop);
  panel.svg += axes(chart, x, y);
  for (std::size_t i = 0; i < chart.series.size(); ++i) {
    panel.svg += curve(chart, i, x, y);
  }
  const Legend legend = legend_of(chart);
  panel.svg += legend.svg;
  panel.height += legend.height;
  return panel;
}

}  // namespace

std::vector<double> ticks_of(double low, double high, bool logarithmic) {
  if (!logarithmic) return linear_ticks(low, high);
  std::vector<double> ticks;
  for (double power = std::floor(std::log10(low)); std::pow(10, power) <= high; ++power) {
    for (const double times : {1.0, 2.0, 5.0}) {
      const double tick = times * std::pow(10, power);
      if (low <= tick && tick <= high) ticks.push_back(tick);
    }
  }
  return ticks.size() > 1 ? ticks : linear_ticks(low, high);
}

std::string format_svg(const std::string& title, const std::vector<Chart>& charts) {
  std::string panels;
  double top = 0, row = 0;
  for (std::size_t i = 0; i < charts.size(); ++i) {
    if (i % kColumns == 0) {
      top += row;
      row = 0;
    }
    const Panel panel = panel_of(charts[i]);
    row = std::max(row, panel.height);
    panels += fmt::format("<g transform=\"translate({:.0f} {:.0f})\">\n{}</g>\n",
                          kWidth * static_cast<double>(i % kColumns), top, panel.svg);
  }
  const double width =
      kWidth * static_cast<double>(std::min(std::max<std::size_t>(charts.size(), 1), kColumns));
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {:.0f} {:.0f}\" role=\"img\" "
      "aria-labelledby=\"title\">\n<title id=\"title\">{}</title>\n<style>{}</style>\n{}</svg>\n",
      width, top + row, escaped(title), kStyle, panels);
}

}  // namespace h4h::studies
