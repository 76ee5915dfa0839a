// Writes the files of the configuration's section `files` where the task runs: credentials of clouds, settings of
// tools.
#include <cctype>

#include "agent/job/stage.h"
#include "agent/stages/stages.h"
#include "base/digest.h"
#include "proc/run.h"

namespace jarvis::agent {
namespace {

// Travels as a variable: the kernel takes no longer ones.
constexpr std::size_t kContentMax = 96U << 10;

/// "~/x" and "$NAME/x" as a shell would have them.
std::string expanded(std::string_view path, const proc::Environment& environment) {
  std::string out;
  if (path.starts_with("~/")) {
    out = environment.get("HOME").value_or("/root");
    path.remove_prefix(1);
  }
  while (!path.empty()) {
    const auto dollar = path.find('$');
    out += path.substr(0, dollar);
    if (dollar == std::string_view::npos) break;
    path.remove_prefix(dollar + 1);
    const bool has_braces = path.starts_with('{');
    if (has_braces) path.remove_prefix(1);
    std::size_t size = 0;
    while (size < path.size() && (std::isalnum(static_cast<unsigned char>(path[size])) != 0 || path[size] == '_'))
      ++size;
    out += environment.get(path.substr(0, size)).value_or("");
    path.remove_prefix(size);
    if (has_braces && path.starts_with('}')) path.remove_prefix(1);
  }
  return out;
}

/// "0o600", "0600", 600: octal digits for chmod.
std::string octal(const config::NodePtr& mode) {
  std::string text = mode == nullptr ? "" : mode->text;
  if (text.starts_with("0o")) text = text.substr(2);
  return text;
}

std::string text_of(const config::Node& file, std::string_view key) {
  const config::NodePtr field = file.field(key);
  return field == nullptr ? "" : field->text;
}

/// What is to be written. Errors: invalid_argument.
Result<std::string> content_of(const config::Node& file) {
  const config::NodePtr contents = file.field("contents");
  if (contents == nullptr || contents->kind == config::Node::Kind::null) return std::string();
  const std::string format = text_of(file, "target_format");
  // JSON is YAML, too.
  if (contents->kind != config::Node::Kind::scalar || format == "json") return json::serialize(to_json(*contents));
  if (text_of(file, "format") != "base64") return contents->text;
  return base64_decode(contents->text);
}

class FilesStage final : public Stage {
 public:
  std::string_view name() const override { return "files"; }

  Status run(JobContext& job) override {
    const config::NodePtr section = job.settings.values.file().find("files");
    if (section == nullptr) return {};
    for (const auto& [name, file] : section->fields) {
      const Status written = write(job, *file);
      if (!written) return Error(written.error()).context("files." + name);
      job.log.line("[jarvis] wrote " + text_of(*file, "path"));
    }
    return {};
  }

 private:
  static Status write(const JobContext& job, const config::Node& file) {
    const std::string path = expanded(text_of(file, "path"), job.runtime->environment());
    if (path.empty()) return invalid_argument("has no path");
    TRY(const std::string content, content_of(file));
    if (content.size() > kContentMax) return invalid_argument("is too large: up to 96 KiB");
    proc::Environment environment = job.runtime->environment();
    environment.set("JARVIS_FILE", base64_encode(content));
    const bool overwrites = text_of(file, "overwrite") != "false";
    const std::string script =
        std::string(overwrites ? "" : "[ -e \"$0\" ] && exit 0; ") +
        "mkdir -p \"$(dirname \"$0\")\" && umask 077 && printf %s \"$JARVIS_FILE\" | base64 -d > \"$0\" && "
        "{ [ -z \"$1\" ] || chmod \"$1\" \"$0\"; }";
    TRY(const proc::RunResult done, run_in(*job.runtime,
                                           {.argv = {"/bin/sh", "-c", script, path, octal(file.field("mode"))},
                                            .environment = std::move(environment)},
                                           job.stop.token()));
    if (!done.is_success()) return invalid_argument("was not written: " + done.last_line());
    return {};
  }
};

}  // namespace

std::unique_ptr<Stage> make_files() {
  return std::make_unique<FilesStage>();
}

}  // namespace jarvis::agent
