#include "nas/data/open_folder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text/number.hpp"
#include "nas/data/archive.hpp"
#include "nas/data/decode.hpp"
#include "nas/data/holdout.hpp"
#include "nas/data/image_folder.hpp"

namespace h4h::nas {
namespace {

namespace fs = std::filesystem;

using Index = std::shared_ptr<const FolderIndex>;
using Images = std::vector<std::uint32_t>;

// Streams of the two draws of held_out, apart from those of the labels of other sets.
constexpr std::uint64_t kHoldoutPart = 1, kTestPart = 2;

[[noreturn]] void refuse(const std::string& option, const std::string& allowed) {
  throw DataError(fmt::format("imagefolder: {}; allowed: {}", option, allowed));
}

template <typename Number>
Number number_of(const std::string& option, const std::string& value, Number low, Number high) {
  const auto number = parse_number<Number>(value);
  if (number && *number >= low && *number <= high) return *number;
  refuse(option, fmt::format("{}..{}", low, high));
}

void take(FolderName& name, const std::string& option) {
  constexpr std::int64_t kMostSide = 4096, kMostHeldOut = 10'000'000;
  const std::size_t equals = option.find('=');
  const std::string key = option.substr(0, equals), value = option.substr(equals + 1);
  if (key == "broken") {
    if (value != "skip" && value != "fail") refuse(option, "skip, fail");
    name.broken_fatal = value == "fail";
  } else if (key == "side") {
    name.side = number_of<std::int64_t>(option, value, 1, kMostSide);
  } else if (key == "holdout") {
    name.holdout = number_of<std::int64_t>(option, value, 1, kMostHeldOut);
  } else if (key == "crop") {
    name.crop = number_of<double>(option, value, 0.1, 1);
  } else {
    refuse("unknown option " + key, "broken, side, holdout, crop");
  }
}

// Without directories that hold nothing but the next one, as archives often have around their
// files.
fs::path without_wrapping(fs::path folder) {
  for (;;) {
    const std::vector<std::string> inside = directories_in(folder);
    if (inside.size() != 1 || directories_in(folder / inside.front()).empty()) return folder;
    if (inside.front() == "train") return folder;
    folder /= inside.front();
  }
}

fs::path folder_of(const std::string& path, const OpenOptions& options) {
  if (path.empty()) {
    throw DataError("imagefolder needs the directory of its images: imagefolder:DIR");
  }
  std::error_code ignored;
  if (!fs::exists(path, ignored)) throw DataError(path + ": no such file or directory");
  if (fs::is_directory(path, ignored)) return path;
  return without_wrapping(unpacked(path, options.cache, options.warn));
}

bool has_classes(const fs::path& folder) {
  std::error_code ignored;
  return fs::is_directory(folder, ignored) && !directories_in(folder).empty();
}

// Makes the parts of a set, which share a list of broken files.
class Opening {
 public:
  Opening(const FolderName& name, const OpenOptions& options)
      : name_(name),
        options_(options),
        state_(std::make_shared<FolderState>(name.broken_fatal, options.warn)) {}

  Split split(const fs::path& root) const {
    if (has_classes(root / "train")) return of_parts(root);
    for (const char* part : {"val", "test"}) {
      if (!has_classes(root / part)) continue;
      throw DataError(fmt::format("{}: has {}/ but no train/; imagefolder:{} trains on its images",
                                  root.string(), part, (root / part).string()));
    }
    return of_classes(root);
  }

 private:
  Split of_parts(const fs::path& root) const {
    for (const std::string& other : directories_in(root)) {
      if (other == "train" || other == "val" || other == "test") continue;
      options_.warn(fmt::format("{}: is passed over: beside train/ only val/ and test/ are read",
                                (root / other).string()));
    }
    const Index train = index(root / "train", {});
    const auto part = [&](const char* of) {
      return fs::exists(root / of) ? index(root / of, train->classes()) : nullptr;
    };
    const Index val = part("val"), test = part("test");
    if (val && test) {
      if (name_.holdout) {
        throw DataError(fmt::format("{}: val/ is held out; there is no holdout={} beside test/",
                                    root.string(), *name_.holdout));
      }
      return {source(train, all(*train)), source(val, all(*val)), source(test, all(*test))};
    }
    if (!val && !test) return with_drawn_test(train);
    const Index& tested = val ? val : test;
    return with_drawn_holdout(train, all(*train), source(tested, all(*tested)));
  }

  Split of_classes(const fs::path& root) const { return with_drawn_test(index(root, {})); }

  Split with_drawn_test(const Index& index) const {
    auto [tested, rest] = drawn(*index, all(*index), std::nullopt, kTestPart);
    return with_drawn_holdout(index, rest, source(index, std::move(tested)));
  }

  Split with_drawn_holdout(const Index& index, const Images& images,
                           std::shared_ptr<const ImageSource> test) const {
    auto [held, rest] = drawn(*index, images, name_.holdout, kHoldoutPart);
    return {source(index, std::move(rest)), source(index, std::move(held)), std::move(test)};
  }

  // Those held out of `images`, and the others.
  std::pair<Images, Images> drawn(const FolderIndex& index, const Images& images,
                                  std::optional<std::int64_t> count, std::uint64_t part) const {
    std::vector<std::int32_t> labels;
    for (const std::uint32_t image : images) labels.push_back(index.labels()[image]);
    const auto classes = static_cast<std::int64_t>(index.classes().size());
    std::pair<Images, Images> parts;
    try {
      const auto out = held_out(labels, classes, count, options_.holdout_seed, part);
      for (std::size_t i = 0; i < out.size(); ++i) {
        (out[i] ? parts.first : parts.second).push_back(images[i]);
      }
    } catch (const DataError& error) {
      throw DataError(fmt::format("{}: {}", index.root().string(), error.what()));
    }
    return parts;
  }

  static Images all(const FolderIndex& index) {
    Images images;
    for (std::int64_t i = 0; i < index.size(); ++i) images.push_back(static_cast<std::uint32_t>(i));
    return images;
  }

  Index index(const fs::path& root, const std::vector<std::string>& classes) const {
    auto made = std::make_shared<const FolderIndex>(root, classes);
    if (made->other_files() > 0) {
      options_.warn(
          fmt::format("{}: {} {} that {} neither .jpg, .jpeg nor .png, such as {}", root.string(),
                      made->other_files(),
                      made->other_files() == 1 ? "file is passed over" : "files are passed over",
                      made->other_files() == 1 ? "is" : "are", made->other_file().string()));
    }
    return made;
  }

  std::shared_ptr<const ImageSource> source(const Index& index, Images images) const {
    const FolderView view{name_.side.value_or(options_.side), options_.channels, name_.crop,
                          options_.threads};
    return std::make_shared<FolderSource>(index, std::move(images), view, state_);
  }

  const FolderName& name_;
  const OpenOptions& options_;
  std::shared_ptr<FolderState> state_;
};

// The median of the shorter sides of stored images, of a sample.
double usual_side(const ImageSource& source) {
  constexpr std::int64_t kSample = 32;
  const std::int64_t count = std::min(source.size(), kSample);
  std::vector<std::int64_t> sides;
  for (std::int64_t i = 0; i < count; ++i) {
    source.region(i * source.size() / count, [&](Size size) {
      sides.push_back(std::min(size.height, size.width));
      return Region{0, 0, 1, 1};
    });
  }
  const auto middle = sides.begin() + static_cast<std::ptrdiff_t>(sides.size() / 2);
  std::nth_element(sides.begin(), middle, sides.end());
  return static_cast<double>(*middle);
}

void warn_of_small(const ImageSource& source, const FolderName& name, const OpenOptions& options) {
  const double seen = name.crop * usual_side(source);
  if (seen >= static_cast<double>(source.height())) return;
  options.warn(fmt::format(
      "{}: images are enlarged to {} x {}: of half of a sample, evaluation sees {} x {} or less",
      name.path, source.height(), source.width(), std::lround(seen), std::lround(seen)));
}

}  // namespace

FolderName folder_name(const std::string& text) {
  FolderName name;
  name.path = text;
  for (std::size_t comma = name.path.rfind(','); comma != std::string::npos;
       comma = name.path.rfind(',')) {
    const std::string option = name.path.substr(comma + 1);
    if (option.find('=') == std::string::npos || option.find('/') != std::string::npos) break;
    take(name, option);
    name.path.resize(comma);
  }
  return name;
}

Split open_folder(const std::string& text, const OpenOptions& options) {
  const FolderName name = folder_name(text);
  Split split = Opening(name, options).split(folder_of(name.path, options));
  warn_of_small(*split.train, name, options);
  return split;
}

std::string folder_preparation(const std::string& text) {
  const double crop = folder_name(text).crop;
  return fmt::format(
      "red, green, blue; the square in the middle with {} of the shorter side, made smaller with "
      "triangular weights or enlarged bilinearly",
      crop == 1 ? "all" : fmt::format("{}", crop));
}

}  // namespace h4h::nas
