#include <setjmp.h>
#include <stdio.h>

// After <stdio.h>, which it needs.
#include <jerror.h>
#include <jpeglib.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "nas/data/decode.hpp"

namespace h4h::nas {
namespace {

// libjpeg's decompressor. It reports errors by a jump, so each of the functions that calls it has
// no variable with a destructor, and throws only after the jump.
class Jpeg {
 public:
  explicit Jpeg(const std::string& bytes) : bytes_(bytes) {
    info_.err = jpeg_std_error(&errors_);
    info_.client_data = this;
    errors_.error_exit = fail;
    errors_.emit_message = note;
    jpeg_create_decompress(&info_);
  }
  ~Jpeg() { jpeg_destroy_decompress(&info_); }
  Jpeg(const Jpeg&) = delete;
  Jpeg& operator=(const Jpeg&) = delete;

  Size read_header() {
    if (setjmp(jump_) != 0) throw_broken();
    jpeg_mem_src(&info_, reinterpret_cast<const unsigned char*>(bytes_.data()),
                 static_cast<unsigned long>(bytes_.size()));
    jpeg_read_header(&info_, TRUE);
    return {info_.image_height, info_.image_width};
  }

  // At 1/`scale`: 1, 2, 4, 8; the sizes that have fast code in libjpeg-turbo.
  Size start(unsigned scale) {
    if (setjmp(jump_) != 0) throw_broken();
    info_.scale_num = 1;
    info_.scale_denom = scale;
    const bool four = info_.jpeg_color_space == JCS_CMYK || info_.jpeg_color_space == JCS_YCCK;
    info_.out_color_space = four ? JCS_CMYK : JCS_RGB;
    jpeg_start_decompress(&info_);
    return {info_.output_height, info_.output_width};
  }
  std::int64_t channels() const { return info_.output_components; }
  // Adobe's programs store inks inverted.
  bool is_inverted() const { return info_.saw_Adobe_marker != 0; }

  void read_row(std::uint8_t* to) {
    if (setjmp(jump_) != 0) throw_broken();
    JSAMPROW row = to;
    jpeg_read_scanlines(&info_, &row, 1);
    if (cut_) throw BrokenImage("truncated");
  }

  // The mark of the end must come behind what was read.
  void check_end() const {
    const auto read = bytes_.size() - info_.src->bytes_in_buffer;
    const std::size_t end = bytes_.rfind("\xff\xd9");
    if (cut_ || end == std::string::npos || end + 2 < read) throw BrokenImage("truncated");
  }

 private:
  static Jpeg& of(j_common_ptr info) { return *static_cast<Jpeg*>(info->client_data); }
  [[noreturn]] static void fail(j_common_ptr info) { longjmp(of(info).jump_, 1); }
  // Warnings have level -1. Those that say that pixels are missing count.
  static void note(j_common_ptr info, int level) {
    const int code = info->err->msg_code;
    if (level < 0 && (code == JWRN_JPEG_EOF || code == JWRN_HIT_MARKER)) of(info).cut_ = true;
  }
  [[noreturn]] void throw_broken() {
    if (cut_) throw BrokenImage("truncated");
    char text[JMSG_LENGTH_MAX];
    errors_.format_message(reinterpret_cast<j_common_ptr>(&info_), text);
    throw BrokenImage(text);
  }

  const std::string& bytes_;
  jpeg_decompress_struct info_{};
  jpeg_error_mgr errors_{};
  jmp_buf jump_{};
  bool cut_ = false;
};

unsigned scale_for(const Region& region, Size size) {
  unsigned scale = 8;
  while (scale > 1 &&
         (region.height < static_cast<double>(scale) * static_cast<double>(size.height) ||
          region.width < static_cast<double>(scale) * static_cast<double>(size.width))) {
    scale /= 2;
  }
  return scale;
}

std::uint8_t product(int a, int b) { return static_cast<std::uint8_t>((a * b + 127) / 255); }

void cmyk_to_rgb(const std::uint8_t* from, std::int64_t pixels, bool inverted, std::uint8_t* to) {
  const int flip = inverted ? 0 : 255;
  for (std::int64_t i = 0; i < pixels; ++i, from += 4) {
    for (int c = 0; c < 3; ++c) *to++ = product(from[c] ^ flip, from[3] ^ flip);
  }
}

// Rows first..end-1 of what the decoder writes.
Image rows_of(Jpeg& jpeg, Size whole, std::int64_t first, std::int64_t end) {
  Image image{end - first, whole.width, 3, {}};
  image.pixels.resize(static_cast<std::size_t>(image.height * image.width * 3));
  std::vector<std::uint8_t> row(static_cast<std::size_t>(whole.width * jpeg.channels()));
  const bool direct = jpeg.channels() == 3;
  for (std::int64_t y = 0; y < end; ++y) {
    std::uint8_t* to = y < first ? row.data() : image.pixels.data() + image.offset(y - first, 0);
    jpeg.read_row(direct ? to : row.data());
    if (!direct && y >= first) cmyk_to_rgb(row.data(), whole.width, jpeg.is_inverted(), to);
  }
  return image;
}

}  // namespace

Image decoded_jpeg(const std::string& bytes, const Framing& framing, Size size) {
  Jpeg jpeg(bytes);
  const Size stored = jpeg.read_header();
  check_size(stored);
  Region region = framing(stored);
  const unsigned scale = scale_for(region, size);
  const Size whole = jpeg.start(scale);
  for (double* side : {&region.top, &region.left, &region.height, &region.width}) *side /= scale;
  const auto first = static_cast<std::int64_t>(std::floor(region.top));
  const auto end =
      std::min(whole.height, static_cast<std::int64_t>(std::ceil(region.top + region.height)));
  const Image rows = rows_of(jpeg, whole, first, end);
  jpeg.check_end();
  region.top -= static_cast<double>(first);
  return resampled(rows, region, size);
}

}  // namespace h4h::nas
