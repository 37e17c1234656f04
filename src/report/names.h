// The one gate that every string from a repository passes on its way into a report: it takes the
// secrets out of names (paths, refs, authors, URLs), unless secrets are shown.
#pragma once

#include <string>
#include <vector>

#include "report/report.h"

namespace dragnet {

class ReportNames {
 public:
  // `options` must outlive the object.
  explicit ReportNames(const ReportOptions& options) : options_(options) {}

  // From now on `secret` too is kept out, known to the redactor or not. It must live as long as it
  // is in use; empty: none.
  void set_own_secret(ByteView secret) { own_secret_ = secret; }

  // Raw bytes without secrets, but for those that a name may hold by chance: neither escaped nor
  // encoded.
  std::string name(ByteView bytes) const;

  // The secret of a finding as the report shows it. Unlike `redact_secret` it shows no more of
  // other secrets inside it than they allow.
  std::string secret(ByteView secret) const;

  // A finding's line cut at its secrets; see `Excerpt`.
  std::vector<TextPiece> excerpt(const Excerpt& excerpt) const;

  const ReportOptions& options() const { return options_; }

 private:
  std::vector<SecretMatch> find(ByteView bytes) const;

  const ReportOptions& options_;
  ByteView own_secret_;
};

}  // namespace dragnet
