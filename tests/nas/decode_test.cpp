#include "nas/data/decode.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "tests/nas/image_files.hpp"
#include "tests/support/files.hpp"

namespace h4h::nas {
namespace {

using tests::jpeg_bytes;
using tests::message_of;
using tests::png_bytes;
using tests::slope;

Region whole(Size size) {
  return {0, 0, static_cast<double>(size.height), static_cast<double>(size.width)};
}

Image read(const std::string& bytes, Size size) { return decoded(bytes, whole, size); }

int largest_difference(const Image& a, const Image& b) {
  int largest = a.pixels.size() == b.pixels.size() ? 0 : 256;
  for (std::size_t i = 0; largest < 256 && i < a.pixels.size(); ++i) {
    largest = std::max(largest, std::abs(a.pixels[i] - b.pixels[i]));
  }
  return largest;
}

Image repeated(const Image& grey) {
  Image image{grey.height, grey.width, 3, {}};
  for (const std::uint8_t value : grey.pixels) image.pixels.insert(image.pixels.end(), 3, value);
  return image;
}

TEST(Decode, APngFileIsReadToTheByte) {
  const Image image = slope(20, 30, 1);
  EXPECT_EQ(read(png_bytes(image), {20, 30}), image);
}

TEST(Decode, GreyIsRepeatedInThreeChannels) {
  const Image grey = slope(20, 30, 2, 1);
  EXPECT_EQ(read(png_bytes(grey), {20, 30}), repeated(grey));
  EXPECT_LE(largest_difference(read(jpeg_bytes(grey, 100), {20, 30}), repeated(grey)), 2);
}

TEST(Decode, SixteenBitsBecomeTheUpperEight) {
  const std::string row("\x12\xff\x80\x00\x00\x80", 6);  // of one pixel
  EXPECT_EQ(read(png_bytes(1, 1, {row}, {16, PNG_COLOR_TYPE_RGB}), {1, 1}).pixels,
            (std::vector<std::uint8_t>{0x12, 0x80, 0x00}));
  EXPECT_EQ(read(png_bytes(1, 1, {"\xfe\x77"}, {16, PNG_COLOR_TYPE_GRAY}), {1, 1}).pixels,
            (std::vector<std::uint8_t>{0xfe, 0xfe, 0xfe}));
}

TEST(Decode, PalettesAndFewBitsAreExpanded) {
  EXPECT_EQ(read(png_bytes(1, 2, {"\x03\xc8"}, {8, PNG_COLOR_TYPE_PALETTE}), {1, 2}).pixels,
            (std::vector<std::uint8_t>{3, 252, 21, 200, 55, 1400 % 256}));
  EXPECT_EQ(read(png_bytes(1, 2, {"\x40"}, {1, PNG_COLOR_TYPE_GRAY}), {1, 2}).pixels,
            (std::vector<std::uint8_t>{0, 0, 0, 255, 255, 255}));
}

TEST(Decode, TransparencyIsIgnored) {
  const std::string row("\x0a\x14\x1e\x00\x28\x32\x3c\x80", 8);
  EXPECT_EQ(read(png_bytes(1, 2, {row}, {8, PNG_COLOR_TYPE_RGB_ALPHA}), {1, 2}).pixels,
            (std::vector<std::uint8_t>{10, 20, 30, 40, 50, 60}));
  const std::string grey("\x0a\x00\x14\x80", 4);
  EXPECT_EQ(read(png_bytes(1, 2, {grey}, {8, PNG_COLOR_TYPE_GRAY_ALPHA}), {1, 2}).pixels,
            (std::vector<std::uint8_t>{10, 10, 10, 20, 20, 20}));
}

TEST(Decode, AnInterlacedPngIsTheSameImage) {
  std::vector<std::string> rows;
  for (int y = 0; y < 9; ++y) rows.push_back(std::string(27, static_cast<char>(20 * y)));
  EXPECT_EQ(read(png_bytes(9, 9, rows, {8, PNG_COLOR_TYPE_RGB, true}), {9, 9}),
            read(png_bytes(9, 9, rows), {9, 9}));
}

TEST(Decode, AJpegFileIsNearlyWhatWasWritten) {
  const Image image = slope(40, 56, 3);
  EXPECT_LE(largest_difference(read(jpeg_bytes(image, 100), {40, 56}), image), 3);
  EXPECT_LE(largest_difference(read(jpeg_bytes(image, 100, true, true), {40, 56}), image), 3)
      << "progressive";
}

// Red, green and blue are (255 - ink) (255 - black) / 255.
TEST(Decode, InksBecomeColoursWhicheverWayTheyAreStored) {
  const std::vector<std::uint8_t> inks{0, 102, 255, 51};
  const Image expected = tests::flat(16, 16, {204, 122, 0});
  const Image plain = read(jpeg_bytes(tests::flat(16, 16, inks), 100, false), {16, 16});
  EXPECT_LE(largest_difference(plain, expected), 2);
  const Image inverted = tests::flat(16, 16, {255, 153, 0, 204});
  EXPECT_LE(largest_difference(read(jpeg_bytes(inverted, 100, true), {16, 16}), expected), 2);
}

TEST(Decode, ALargeJpegIsDecodedSmallerToNearlyTheSameImage) {
  const std::string bytes = jpeg_bytes(slope(512, 768, 4), 98);
  for (const std::int64_t part : {2, 4, 8}) {
    const Size size{512 / part, 768 / part};
    EXPECT_LE(largest_difference(read(bytes, size),
                                 resampled(read(bytes, {512, 768}), whole({512, 768}), size)),
              2)
        << part;
  }
}

TEST(Decode, ARegionIsThatPartOfTheImage) {
  const Image image = slope(96, 128, 5);
  const Framing part = [](Size) { return Region{17, 30, 40, 48}; };
  EXPECT_EQ(decoded(png_bytes(image), part, {40, 48}),
            resampled(image, {17, 30, 40, 48}, {40, 48}));
  const std::string jpeg = jpeg_bytes(image, 100);
  EXPECT_EQ(decoded(jpeg, part, {40, 48}),
            resampled(read(jpeg, {96, 128}), {17, 30, 40, 48}, {40, 48}))
      << "rows above it are not kept, those below it not decoded";
  EXPECT_LE(largest_difference(decoded(jpeg, part, {20, 24}),
                               resampled(image, {17, 30, 40, 48}, {20, 24})),
            4)
      << "decoded at half its size";
}

TEST(Decode, EveryBeginOfAFileIsBroken) {
  for (const std::string& bytes :
       {jpeg_bytes(slope(40, 40, 6)), jpeg_bytes(slope(40, 40, 6), 95, true, true),
        jpeg_bytes(tests::flat(16, 16, {1, 2, 3, 4})), png_bytes(slope(8, 8, 6))}) {
    for (std::size_t count = 0; count < bytes.size(); ++count) {
      EXPECT_THROW(read(bytes.substr(0, count), {8, 8}), BrokenImage) << count;
    }
    EXPECT_NO_THROW(read(bytes + "behind the end", {8, 8}));
  }
}

TEST(Decode, AFileThatEndsBelowTheRegionIsBrokenToo) {
  const std::string bytes = jpeg_bytes(slope(400, 40, 7));
  const auto top = [](Size) { return Region{0, 0, 8, 8}; };
  EXPECT_EQ(decoded(bytes, top, {8, 8}).height, 8);
  EXPECT_EQ(message_of<BrokenImage>([&] {
              decoded(bytes.substr(0, bytes.size() / 2), top, {8, 8});
            }),
            "truncated");
}

TEST(Decode, SaysWhatIsWrong) {
  const auto error = [](const std::string& bytes) {
    return message_of<BrokenImage>([&] { read(bytes, {8, 8}); });
  };
  EXPECT_EQ(error(""), "empty");
  EXPECT_EQ(error("GIF89a"), "neither JPEG nor PNG");
  EXPECT_EQ(error(png_bytes(slope(8, 8, 1)).substr(0, 50)), "truncated");
  EXPECT_EQ(error("\xff\xd8\xff\xd9"), "JPEG datastream contains no image");
}

TEST(Decode, RefusesMorePixelsThanItsLimitBeforeItNeedsTheirMemory) {
  const std::string png = png_bytes(60'000, 60'000, {}) + std::string("\0\0\0\1IDAT", 8);
  EXPECT_EQ(message_of<BrokenImage>([&] {
              read(png, {8, 8});
            }),
            "60000 x 60000 pixels; at most 67108864 are read");
  std::string jpeg = jpeg_bytes(tests::flat(8, 8, {1, 2, 3}));
  const std::size_t sizes = jpeg.find("\xff\xc0") + 5;
  jpeg.replace(sizes, 4, "\xfd\xe8\xfd\xe8");
  EXPECT_EQ(message_of<BrokenImage>([&] {
              read(jpeg, {8, 8});
            }),
            "65000 x 65000 pixels; at most 67108864 are read");
}

// Each byte in turn: whatever comes out, nothing else happens.
TEST(Decode, ADamagedFileIsAnImageOrBroken) {
  for (const std::string& bytes : {jpeg_bytes(slope(24, 24, 8)), png_bytes(slope(8, 8, 8))}) {
    for (std::size_t at = 0; at < bytes.size(); ++at) {
      std::string damaged = bytes;
      damaged[at] = static_cast<char>(damaged[at] ^ 0x55);
      try {
        EXPECT_EQ(read(damaged, {8, 8}).pixels.size(), 192u);
      } catch (const BrokenImage& error) {
        EXPECT_STRNE(error.what(), "");
      }
    }
  }
}

}  // namespace
}  // namespace h4h::nas
