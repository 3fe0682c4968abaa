#pragma once

#include <gtest/gtest.h>

#include <string>

#include "tests/support/command.hpp"

namespace h4h::tests {

inline const std::string kPaper = "--platform platforms/h4h-7nm.yaml";

inline Outcome h4h(const std::string& arguments) { return run(H4H_BINARY " " + arguments); }

inline void expect_failure(const std::string& arguments, int code, const std::string& message) {
  const Outcome o = h4h(arguments);
  EXPECT_EQ(o.code, code) << arguments;
  EXPECT_EQ(o.out, "") << arguments;
  EXPECT_NE(o.err.find(message), std::string::npos) << arguments << "\n" << o.err;
}

}  // namespace h4h::tests
