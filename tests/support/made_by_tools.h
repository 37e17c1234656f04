// A test on what the tools that people use make, in a folder of its own: keys of openssl,
// ssh-keygen and gpg. A test whose tool is not there skips itself.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "support/temporary_folder.h"

namespace dragnet::test_support {

class MadeByTools : public ::testing::Test {
 protected:
  // Whether a command of the shell, run in the folder, ends well; what it prints is lost.
  bool run(const std::string& command) {
    return std::system(
               ("cd '" + folder_.root() + "' && { " + command + "; } >/dev/null 2>&1").c_str()) ==
           0;
  }
  bool has(const std::string& tool) { return run("command -v " + tool); }

  // A file of the folder without the line ends at its end; "" where there is none.
  std::string read(const std::string& name) const {
    std::ifstream in(folder_.path(name), std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(in), {}};
    while (text.ends_with('\n')) text.pop_back();
    return text;
  }
  const std::string& root() const { return folder_.root(); }

 private:
  TemporaryFolder folder_;
};

}  // namespace dragnet::test_support
