#include "report/sample_findings.h"

#include <stdexcept>

#include "base/date.h"

namespace dragnet::testing {

namespace {

using namespace std::string_literals;

std::int64_t date(std::string_view text) { return parse_date(text).value(); }

// Text, and the range of each `secret` in it.
Excerpt excerpt(const std::string& text, const std::string& secret) {
  Excerpt out{text, {}};
  for (std::size_t at = text.find(secret); at != std::string::npos;
       at = text.find(secret, at + 1)) {
    out.secrets.push_back({at, at + secret.size()});
  }
  return out;
}

std::string github_token() { return "gh"s + "p_" + "x7Kq2LmN9vRt4WzB8sYd3FhJ6cPgA1eUo5iQ"; }
std::string cloud_key() { return "AK"s + "IA" + "Q3EXKZJ7WNPLV5TD"; }
std::string pem_block() {
  return "-----BEGIN RSA PRI"s + "VATE KEY-----\n" + std::string(64, 'M') + "\n" +
         std::string(60, 'Q') + "\n-----END RSA PRI" + "VATE KEY-----\n";
}

Finding token_finding() {
  Finding f;
  f.id = "3fa9c01b22dec8f04711aa90d2e6b513";
  f.rule = "github-pat-classic";
  f.category = "vcs";
  f.description = "GitHub personal access token (classic)";
  f.remediation =
      "Delete the token at github.com/settings/tokens (an organisation owner can revoke it too), "
      "then review the security log for its use.";
  f.sensitivity = Sensitivity::kCritical;
  f.score = 97;
  f.severity = Severity::kCritical;
  f.confidence = Confidence::kConfirmedOffline;
  f.entropy = 5.0712345;
  f.secret = github_token();
  f.published = true;
  f.owners = {"@acme/platform"};
  f.also = {"generic-api-key"};
  f.aliases = {"00112233445566778899aabbccddeeff"};
  f.first_seen = date("2019-03-02T10:20:30Z");
  f.factors = {{"structure", "checksum is right", 1},
               {"sensitivity", "critical", 1},
               {"exposure", "published, at a branch tip", 0.97}};

  Occurrence old;
  old.repository = "https://git.example.org/acme/widgets.git";
  old.permalink = "https://git.example.org/acme/widgets/blob/aaaaaaaaaa/deploy/ci.sh#L12";
  old.object = object_id('b');
  old.path = "deploy/ci.sh";
  old.commit = object_id('a');
  old.author_name = "Jane Doe";
  old.author_email = "jane@example.org";
  old.date = f.first_seen;
  old.line = old.end_line = 12;
  old.column = 14;
  old.end_column = 54;
  old.start = 301;
  old.end = 341;
  old.refs = {"refs/heads/main", "refs/remotes/origin/feature/" + cloud_key(), "refs/tags/v1.0",
              "refs/tags/v1.1"};
  old.ref_count = 14;
  old.removed_in = object_id('c');
  old.excerpt =
      excerpt("\texport TOKEN=" + github_token() + "  # CI user, \x1b[31mnot red", f.secret);

  Occurrence tip = old;
  tip.path =
      "src/\x1b]0;owned\x07/\xff\xfe caf\xc3\xa9/\xe2\x80\xae"
      "cod.sh"s;
  tip.commit = object_id('d');
  tip.author_name = "Eve \x1b[2J\xe9";
  tip.author_email = "";
  tip.date = date("2020-01-01");
  tip.at_tip = true;
  tip.permalink.reset();
  tip.removed_in.reset();
  f.occurrences = {old, tip};
  f.occurrence_count = 2500;
  return f;
}

Finding key_block_finding() {
  Finding f;
  f.id = "71c2aa00e1d94bb09c8d5e6f7a8b9c0d";
  f.rule = "private-key-rsa";
  f.category = "key";
  f.description = "RSA private key";
  f.remediation = "Replace the key pair everywhere that trusts the public half.";
  f.sensitivity = Sensitivity::kCritical;
  f.score = 90;
  f.severity = Severity::kCritical;
  f.confidence = Confidence::kConfirmedOffline;
  f.entropy = 2.5;
  f.secret = pem_block();
  Occurrence o;
  o.repository = "https://git.example.org/acme/widgets.git";
  o.object = object_id('e');
  o.line = 1;
  o.column = 1;
  o.end_line = 5;
  o.end_column = 1;
  o.end = pem_block().size();
  o.excerpt = {pem_block().substr(0, 31), {{0, 31}}};
  f.occurrences = {o};
  f.occurrence_count = 1;
  return f;
}

Finding name_finding() {
  Finding f;
  f.id = "b0b1b2b3b4b5b6b7b8b9babbbcbdbebf";
  f.rule = "aws-access-key-id";
  f.category = "cloud";
  f.description = "AWS access key id";
  f.remediation = "Deactivate the key in IAM, then delete it; look for its use in CloudTrail.";
  f.score = 74;
  f.severity = Severity::kHigh;
  f.confidence = Confidence::kLikely;
  f.entropy = 3.9;
  f.secret = cloud_key();
  f.account = "account 123456789012";
  f.detail = "long-term key";
  f.published = false;
  f.first_seen = date("2021-07-09");
  Occurrence o;
  o.repository = "git@git.example.org:acme/tools.git";
  o.object = object_id('1');
  o.object_type = SourceKind::kTree;
  o.path = "backup/" + cloud_key() + ".csv";
  o.commit = object_id('2');
  o.author_name = cloud_key();
  o.author_email = github_token() + "@example.org";
  o.date = f.first_seen;
  o.start = 7;
  o.end = 27;
  o.ref_count = 0;
  f.occurrences = {o};
  f.occurrence_count = 1;
  return f;
}

Finding binary_finding() {
  Finding f;
  f.id = "c0c1c2c3c4c5c6c7c8c9cacbcccdcecf";
  f.rule = "session-ticket-key";
  f.category = "generic";
  f.description = "Ticket {key} of [a] server";
  f.sensitivity = Sensitivity::kMedium;
  f.score = 55;
  f.severity = Severity::kMedium;
  f.entropy = 4;
  f.secret = "\x01\xfe\x80\x00 seventeen byte"s + "s";
  f.decoded_through = {"base64", "source-map:src/a.ts"};
  f.expires_at = date("2020-05-05");
  Occurrence o;
  o.repository = "-";
  o.object_type = SourceKind::kStdin;
  o.line = 3;
  o.column = 9;
  o.end_line = 3;
  o.end_column = 37;
  o.start = 40;
  o.end = 68;
  o.excerpt = {"ticket: Af6AACBzZXZlbnRlZW4gYnl0ZXM=", {{8, 36}}};
  f.occurrences = {o};
  f.occurrence_count = 1;
  return f;
}

Finding message_finding() {
  Finding f;
  f.id = "d0d1d2d3d4d5d6d7d8d9dadbdcdddedf";
  f.suppressed = {SuppressedBy::kFile, ".gitleaksignore:3"};
  f.rule = "password-assignment";
  f.category = "generic";
  f.description = "Password in an assignment";
  f.remediation = "Change the password.";
  f.sensitivity = Sensitivity::kLow;
  f.score = 7;
  f.severity = Severity::kLow;
  f.entropy = 2.75;
  f.secret = "hunter2!";
  f.first_seen = date("1969-12-31T23:59:59Z");
  Occurrence o;
  o.repository = "/srv/git/old";
  o.object = object_id('f');
  o.object_type = SourceKind::kCommit;
  o.commit = object_id('f');
  o.author_name = "A";
  o.author_email = "a@b";
  o.date = f.first_seen;
  o.line = o.end_line = 2;
  o.column = 11;
  o.end_column = 19;
  o.start = 61;
  o.end = 69;
  o.refs = {"refs/heads/main"};
  o.ref_count = 1;
  o.excerpt = excerpt("password: hunter2! (change me)", f.secret);
  f.occurrences = {o};
  f.occurrence_count = 1;
  return f;
}

}  // namespace

ObjectId object_id(char digit) { return ObjectId::from_hex(std::string(40, digit)).value(); }

std::vector<Finding> sample_findings() {
  return {token_finding(), key_block_finding(), name_finding(), binary_finding(),
          message_finding()};
}

Summary complete_summary() {
  Summary s;
  s.version = "0.1.0";
  s.rule_count = 219;
  s.rule_hash = "5e884898da28";
  s.identity_key = "public";
  s.targets = {"/srv/git/widgets"};
  s.blobs = 262343;
  s.commits = 203352;
  s.trees = 382599;
  s.tags = 720;
  s.logical_bytes = 14'100'000'000;
  s.as_of = kAsOf;
  return s;
}

Summary incomplete_summary() {
  Summary s = complete_summary();
  s.targets = {"/srv/git/widgets", "/srv/" + github_token() + "/\xff", "-"};
  s.files = 1;
  for (int i = 0; i < 12; ++i) {
    s.incomplete.push_back({object_id(static_cast<char>('a' + i % 6)).hex(), "", "missing"});
  }
  s.incomplete[1] = {"", "data/\x1b[1m\xff/" + cloud_key(), "permission denied"};
  s.by_severity = {1, 1, 1, 2};
  s.suppressed = 3;
  s.hidden = 1234;
  s.config_applied = {"rule acme-token added by .dragnet.toml"};
  s.notes = {"the repository is shallow"};
  s.stats = true;
  s.decoded_bytes = 999;
  s.scanned_bytes = 1'360'000'000;
  s.seconds = {{"decode", 1.5}, {"scan", 0.98765}};
  s.peak_memory = 512'000'000;
  return s;
}

void add_secrets(const std::vector<Finding>& findings, Redactor* redactor) {
  for (const Finding& finding : findings) redactor->add(finding.secret);
}

std::string render(std::string_view format, const ReportOptions& options,
                   const std::vector<Finding>& findings, const Summary& summary) {
  std::string out;
  auto writer = make_report_writer(format, options, [&out](ByteView bytes) {
    out += bytes;
    return ok_status();
  });
  for (const Finding& finding : findings) writer.value()->finding(finding);
  if (!writer.value()->end(summary).ok()) throw std::runtime_error("the sink failed");
  return out;
}

}  // namespace dragnet::testing
