// Writes the example reports that schema_test.py and sarif_test.py validate: `report_examples DIR`.
#include <cstdio>
#include <fstream>
#include <string>

#include "report/sample_findings.h"

namespace {

using namespace dragnet;
using namespace dragnet::testing;

bool write(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  return static_cast<bool>(file.flush());
}

struct Example {
  const char* name;
  std::vector<Finding> findings;
  Summary summary;
  bool show_secrets = false;
  bool explain = false;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return std::fputs("usage: report_examples DIR\n", stderr), 2;
  const std::string folder = std::string(argv[1]) + "/";
  Redactor redactor;
  add_secrets(sample_findings(), &redactor);
  const Example examples[] = {
      {"full", sample_findings(), incomplete_summary(), false, true},
      {"plain", sample_findings(), complete_summary()},
      {"in-clear", sample_findings(), incomplete_summary(), true},
      {"empty", {}, complete_summary()},
      {"empty-incomplete", {}, incomplete_summary()},
  };
  for (const Example& example : examples) {
    ReportOptions options;
    options.as_of = kAsOf;
    options.redactor = &redactor;
    options.show_secrets = example.show_secrets;
    options.explain = example.explain;
    for (const char* format : {"text", "json", "jsonl", "sarif"}) {
      const std::string path = folder + example.name + "." + format;
      if (!write(path, render(format, options, example.findings, example.summary))) return 1;
    }
  }
  return 0;
}
