#include <png.h>
#include <setjmp.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "nas/data/decode.hpp"

namespace h4h::nas {
namespace {

// libpng's reader. It reports errors by a jump: see decode_jpeg.cpp.
class Png {
 public:
  explicit Png(const std::string& bytes) : bytes_(bytes) {
    png_ = png_create_read_struct(PNG_LIBPNG_VER_STRING, this, fail, ignore);
    if (png_ == nullptr) throw std::bad_alloc();
    info_ = png_create_info_struct(png_);
    png_set_read_fn(png_, this, read);
  }
  ~Png() { png_destroy_read_struct(&png_, &info_, nullptr); }
  Png(const Png&) = delete;
  Png& operator=(const Png&) = delete;

  Size read_header() {
    if (setjmp(jump_) != 0) throw BrokenImage(problem_);
    png_read_info(png_, info_);
    return {png_get_image_height(png_, info_), png_get_image_width(png_, info_)};
  }

  // Into red, green and blue of 8 bits; `rows` are as many as the image has.
  void read_rows(std::uint8_t** rows) {
    if (setjmp(jump_) != 0) throw BrokenImage(problem_);
    png_set_expand(png_);
    png_set_strip_16(png_);
    png_set_strip_alpha(png_);
    png_set_gray_to_rgb(png_);
    png_set_interlace_handling(png_);
    png_read_update_info(png_, info_);
    png_read_image(png_, rows);
    png_read_end(png_, nullptr);
  }

 private:
  static void read(png_structp png, png_bytep to, std::size_t count) {
    Png& self = *static_cast<Png*>(png_get_io_ptr(png));
    if (self.bytes_.size() - self.position_ < count) png_error(png, "truncated");
    std::memcpy(to, self.bytes_.data() + self.position_, count);
    self.position_ += count;
  }
  [[noreturn]] static void fail(png_structp png, png_const_charp text) {
    Png& self = *static_cast<Png*>(png_get_error_ptr(png));
    std::strncpy(self.problem_, text, sizeof self.problem_ - 1);
    longjmp(self.jump_, 1);
  }
  static void ignore(png_structp, png_const_charp) {}

  const std::string& bytes_;
  std::size_t position_ = 0;
  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
  jmp_buf jump_{};
  char problem_[200] = {};
};

}  // namespace

Image decoded_png(const std::string& bytes, const Framing& framing, Size size) {
  Png png(bytes);
  const Size stored = png.read_header();
  check_size(stored);
  const Region region = framing(stored);
  Image image{stored.height, stored.width, 3, {}};
  image.pixels.resize(static_cast<std::size_t>(stored.height * stored.width * 3));
  std::vector<std::uint8_t*> rows;
  for (std::int64_t y = 0; y < stored.height; ++y) {
    rows.push_back(image.pixels.data() + image.offset(y, 0));
  }
  png.read_rows(rows.data());
  return resampled(image, region, size);
}

}  // namespace h4h::nas
