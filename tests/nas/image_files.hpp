#pragma once

#include <archive.h>
#include <archive_entry.h>
#include <png.h>
#include <stdio.h>

#include <jpeglib.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "nas/data/image.hpp"
#include "nas/random/random.hpp"

namespace h4h::tests {

// A JPEG file of an image of 1, 3 or 4 channels (cyan, magenta, yellow, black; as Adobe's programs
// store them, or not).
inline std::string jpeg_bytes(const nas::Image& image, int quality = 95, bool adobe = true,
                              bool progressive = false) {
  jpeg_compress_struct info{};
  jpeg_error_mgr errors{};
  info.err = jpeg_std_error(&errors);
  jpeg_create_compress(&info);
  unsigned char* bytes = nullptr;
  unsigned long count = 0;
  jpeg_mem_dest(&info, &bytes, &count);
  info.image_width = static_cast<JDIMENSION>(image.width);
  info.image_height = static_cast<JDIMENSION>(image.height);
  info.input_components = static_cast<int>(image.channels);
  info.in_color_space = image.channels == 1   ? JCS_GRAYSCALE
                        : image.channels == 3 ? JCS_RGB
                                              : JCS_CMYK;
  jpeg_set_defaults(&info);
  jpeg_set_quality(&info, quality, TRUE);
  if (image.channels == 4) info.write_Adobe_marker = adobe ? TRUE : FALSE;
  if (progressive) jpeg_simple_progression(&info);
  jpeg_start_compress(&info, TRUE);
  std::vector<std::uint8_t> pixels = image.pixels;
  while (info.next_scanline < info.image_height) {
    JSAMPROW row = pixels.data() + image.offset(info.next_scanline, 0);
    jpeg_write_scanlines(&info, &row, 1);
  }
  jpeg_finish_compress(&info);
  std::string text(reinterpret_cast<const char*>(bytes), count);
  jpeg_destroy_compress(&info);
  std::free(bytes);
  return text;
}

struct PngKind {
  int bits = 8, colour = PNG_COLOR_TYPE_RGB;
  bool interlaced = false;
};

// A PNG file of rows that are packed as `kind` says; of a palette, entry i is (i, 255 - i, 7 i).
// Without rows: its header alone.
inline std::string png_bytes(std::int64_t height, std::int64_t width,
                             const std::vector<std::string>& rows, const PngKind& kind = {}) {
  std::string bytes;
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  png_infop info = png_create_info_struct(png);
  png_set_user_limits(png, 0x7fffffff, 0x7fffffff);
  const auto write = [](png_structp to, png_bytep data, std::size_t count) {
    static_cast<std::string*>(png_get_io_ptr(to))
        ->append(reinterpret_cast<const char*>(data), count);
  };
  png_set_write_fn(png, &bytes, write, nullptr);
  png_set_IHDR(png, info, static_cast<png_uint_32>(width), static_cast<png_uint_32>(height),
               kind.bits, kind.colour, kind.interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  std::vector<png_color> palette;
  for (int i = 0; i < 1 << kind.bits && i < 256; ++i) {
    palette.push_back(
        {static_cast<png_byte>(i), static_cast<png_byte>(255 - i), static_cast<png_byte>(7 * i)});
  }
  if (kind.colour == PNG_COLOR_TYPE_PALETTE) {
    png_set_PLTE(png, info, palette.data(), static_cast<int>(palette.size()));
  }
  png_write_info(png, info);
  if (!rows.empty()) {
    std::vector<std::string> copies = rows;
    std::vector<png_bytep> pointers;
    for (std::string& row : copies) pointers.push_back(reinterpret_cast<png_bytep>(row.data()));
    png_write_image(png, pointers.data());
    png_write_end(png, info);
  }
  png_destroy_write_struct(&png, &info);
  return bytes;
}

inline std::string png_bytes(const nas::Image& image) {
  std::vector<std::string> rows;
  const auto row = static_cast<std::size_t>(image.width * image.channels);
  for (std::int64_t y = 0; y < image.height; ++y) {
    rows.emplace_back(reinterpret_cast<const char*>(image.pixels.data() + image.offset(y, 0)), row);
  }
  PngKind kind;
  if (image.channels == 1) kind.colour = PNG_COLOR_TYPE_GRAY;
  return png_bytes(image.height, image.width, rows, kind);
}

inline nas::Image flat(std::int64_t height, std::int64_t width,
                       const std::vector<std::uint8_t>& colour) {
  nas::Image image{height, width, static_cast<std::int64_t>(colour.size()), {}};
  for (std::int64_t i = 0; i < height * width; ++i) {
    image.pixels.insert(image.pixels.end(), colour.begin(), colour.end());
  }
  return image;
}

// A smooth image, other for every seed.
inline nas::Image slope(std::int64_t height, std::int64_t width, std::uint64_t seed,
                        std::int64_t channels = 3) {
  nas::Image image{height, width, channels, {}};
  nas::Random random(seed);
  std::vector<std::int64_t> begin, down, right;
  for (std::int64_t c = 0; c < channels; ++c) {
    begin.push_back(static_cast<std::int64_t>(random.below(100)));
    down.push_back(static_cast<std::int64_t>(random.below(78)));
    right.push_back(static_cast<std::int64_t>(random.below(78)));
  }
  for (std::int64_t y = 0; y < height; ++y) {
    for (std::int64_t x = 0; x < width; ++x) {
      for (std::size_t c = 0; c < static_cast<std::size_t>(channels); ++c) {
        image.pixels.push_back(
            static_cast<std::uint8_t>(begin[c] + down[c] * y / height + right[c] * x / width));
      }
    }
  }
  return image;
}

// Writes a file and the directories that it lies in.
inline std::filesystem::path write_below(const std::filesystem::path& root, const std::string& name,
                                         const std::string& bytes) {
  const std::filesystem::path path = root / name;
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << bytes;
  return path;
}

// `count` JPEG files 000.jpg, 001.jpg, ... of a class, each of its own colours.
inline void write_class(const std::filesystem::path& folder, int count, std::uint64_t seed = 0,
                        std::int64_t side = 24) {
  for (int i = 0; i < count; ++i) {
    const std::string number = std::to_string(1000 + i).substr(1);
    write_below(folder, number + ".jpg",
                jpeg_bytes(slope(side, side, seed * 1000 + static_cast<std::uint64_t>(i))));
  }
}

using ArchiveEntries = std::vector<std::pair<std::string, std::string>>;  // names and bytes

// A tar archive, compressed by xz.
inline void write_tar_xz(const std::filesystem::path& path, const ArchiveEntries& entries) {
  archive* const out = archive_write_new();
  archive_write_add_filter_xz(out);
  archive_write_set_format_pax_restricted(out);
  archive_write_open_filename(out, path.c_str());
  for (const auto& [name, bytes] : entries) {
    archive_entry* const entry = archive_entry_new();
    archive_entry_set_pathname(entry, name.c_str());
    archive_entry_set_size(entry, static_cast<la_int64_t>(bytes.size()));
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    archive_write_header(out, entry);
    archive_write_data(out, bytes.data(), bytes.size());
    archive_entry_free(entry);
  }
  archive_write_close(out);
  archive_write_free(out);
}

}  // namespace h4h::tests
