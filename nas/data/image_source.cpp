#include "nas/data/image_source.hpp"

namespace h4h::nas {

void add_values(const std::vector<std::uint8_t>& pixels, std::vector<ValueCounts>& histograms) {
  const std::size_t channels = histograms.size();
  for (std::size_t c = 0; c < channels; ++c) {
    ValueCounts& histogram = histograms[c];
    for (std::size_t i = c; i < pixels.size(); i += channels) ++histogram[pixels[i]];
  }
}

Image MemorySource::region(std::int64_t index, const Framing& framing) const {
  const Image whole = set_.image(index);
  return resampled(whole, framing({set_.height, set_.width}), {set_.height, set_.width});
}

std::vector<ValueCounts> MemorySource::histograms() const {
  std::vector<ValueCounts> all(static_cast<std::size_t>(set_.channels), ValueCounts{});
  add_values(set_.pixels, all);
  return all;
}

}  // namespace h4h::nas
