#pragma once

#include <zlib.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "nas/data/image_set.hpp"

namespace h4h::nas {

// A gzip file read from its begin to its end. Every member throws DataError.
class GzipFile {
 public:
  explicit GzipFile(const std::filesystem::path& path);

  // The next `count` bytes. Memory grows with what the file really holds, whatever `count` says.
  std::vector<std::uint8_t> read(std::size_t count);
  // Nothing may be left; gzip's checksum is compared here.
  void expect_end();
  [[noreturn]] void fail(const std::string& what) const;

 private:
  struct Close {
    void operator()(gzFile file) const { gzclose_r(file); }
  };

  std::size_t read_some(std::uint8_t* to, std::size_t count);

  std::string path_;
  std::unique_ptr<gzFile_s, Close> file_;
};

}  // namespace h4h::nas
