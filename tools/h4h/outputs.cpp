#include "tools/h4h/outputs.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace h4h::tools {
namespace {

namespace fs = std::filesystem;

bool same_place(const fs::path& a, const fs::path& b) {
  std::error_code failed;
  const fs::path first = fs::weakly_canonical(fs::absolute(a), failed);
  const fs::path second = fs::weakly_canonical(fs::absolute(b), failed);
  return !failed && first == second;
}

bool is_special(const fs::path& path) {
  std::error_code ignored;
  const fs::file_status status = fs::status(path, ignored);
  return fs::exists(status) && !fs::is_regular_file(status);
}

bool same_file(const fs::path& a, const fs::path& b) {
  if (is_special(a) || is_special(b)) return false;
  std::error_code missing;
  return fs::equivalent(a, b, missing) || same_place(a, b);
}

bool is_stdout(const fs::path& path) {
  struct stat out {
  }, there{};
  return ::fstat(STDOUT_FILENO, &out) == 0 && S_ISREG(out.st_mode) &&
         ::stat(path.c_str(), &there) == 0 && out.st_dev == there.st_dev &&
         out.st_ino == there.st_ino;
}

}  // namespace

std::vector<Output> outputs_of(const Parsed& parsed, const Arguments& options) {
  std::vector<Output> outputs;
  for (const std::string& option : options) {
    const auto path = optional(parsed, option);
    if (path && !(option == "cache" && *path == "none")) outputs.push_back({"--" + option, *path});
  }
  return outputs;
}

std::vector<Output> outputs_of(const Parsed& parsed, const Arguments& options,
                               const Arguments& files) {
  std::vector<Output> outputs = outputs_of(parsed, options);
  for (const std::string& file : files) {
    outputs.push_back({"--out", fs::path(required(parsed, "out")) / file});
  }
  return outputs;
}

void refuse_same_outputs(const std::vector<Output>& outputs) {
  for (const Output& output : outputs) {
    if (is_stdout(output.path)) {
      throw UsageError(
          fmt::format("{} and stdout are the same file: {}", output.option, output.path.string()));
    }
    for (const Output* other = outputs.data(); other != &output; ++other) {
      if (!same_file(other->path, output.path)) continue;
      throw UsageError(fmt::format("{} and {} name the same file: {}", other->option, output.option,
                                   output.path.string()));
    }
  }
}

}  // namespace h4h::tools
