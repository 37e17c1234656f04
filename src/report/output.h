// The sink with a memory: after its first error nothing more is handed to it.
#pragma once

#include <utility>

#include "report/report.h"

namespace dragnet {

class ReportOutput {
 public:
  explicit ReportOutput(ReportSink sink) : sink_(std::move(sink)) {}

  void write(ByteView bytes) {
    if (status_.ok() && !bytes.empty()) status_ = sink_(bytes);
  }
  const Status& status() const { return status_; }

 private:
  ReportSink sink_;
  Status status_ = ok_status();
};

}  // namespace dragnet
