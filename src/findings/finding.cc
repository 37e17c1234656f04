#include "findings/finding.h"

namespace dragnet {

std::string_view to_string(Confidence confidence) {
  switch (confidence) {
    case Confidence::kPossible:
      return "possible";
    case Confidence::kLikely:
      return "likely";
    case Confidence::kConfirmedOffline:
      return "confirmed-offline";
  }
  return "possible";
}

std::string_view to_string(Severity severity) {
  switch (severity) {
    case Severity::kLow:
      return "low";
    case Severity::kMedium:
      return "medium";
    case Severity::kHigh:
      return "high";
    case Severity::kCritical:
      return "critical";
  }
  return "low";
}

std::string_view to_string(SourceKind kind) {
  switch (kind) {
    case SourceKind::kBlob:
      return "blob";
    case SourceKind::kCommit:
      return "commit";
    case SourceKind::kTag:
      return "tag";
    case SourceKind::kTree:
      return "tree";
    case SourceKind::kRef:
      return "ref";
    case SourceKind::kReflog:
      return "reflog";
    case SourceKind::kFile:
      return "file";
    case SourceKind::kStdin:
      return "stdin";
    case SourceKind::kArchiveEntry:
      return "archive-entry";
  }
  return "blob";
}

std::string_view to_string(SuppressedBy by) {
  return by == SuppressedBy::kInline ? "inline" : "file";
}

Severity severity_of(int score) {
  if (score >= 90) return Severity::kCritical;
  if (score >= 70) return Severity::kHigh;
  if (score >= 50) return Severity::kMedium;
  return Severity::kLow;
}

}  // namespace dragnet
