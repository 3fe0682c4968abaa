#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "tests/support/command.hpp"

namespace h4h::tests {

inline bool has_chromium() { return run("command -v chromium").code == 0; }

// The document after Chromium has run its scripts; its profile lies in `folder`.
inline std::string rendered(const TemporaryFolder& folder, const std::filesystem::path& page) {
  const Outcome o = run(
      "timeout 120 chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run "
      "--disable-background-networking --disable-component-update --disable-sync "
      "--user-data-dir=" +
      (folder.path() / "profile").string() + " --dump-dom 'file://" + page.string() + "'");
  EXPECT_EQ(o.code, 0) << o.err;
  return o.out;
}

// That the page has drawn itself, without an error.
inline void expect_ready(const std::string& dom) {
  const std::size_t begin = dom.find("<body");
  ASSERT_NE(begin, std::string::npos);
  const std::string body = dom.substr(begin, dom.find('>', begin) - begin);
  EXPECT_NE(body.find("data-ready=\"1\""), std::string::npos);
  EXPECT_EQ(body.find("data-errors"), std::string::npos) << body;
}

}  // namespace h4h::tests
