#include "agent/python/portable_uv.h"

#include <elf.h>
#include <fcntl.h>
#include <unistd.h>

#include "agent/python/installer.h"
#include "base/log.h"
#include "proc/files.h"
#include "proc/run.h"

namespace jarvis::agent {
namespace {

namespace fs = std::filesystem;

#if defined(__aarch64__)
constexpr const char* kPlatform = "aarch64-unknown-linux-musl";
#else
constexpr const char* kPlatform = "x86_64-unknown-linux-musl";
#endif

/// The wheel for musl holds a static program.
Status fetch(const std::string& uv, const fs::path& program, const proc::Environment& environment,
             const std::stop_token& stop) {
  TRY(const proc::TempDir folder, proc::TempDir::make(program.parent_path(), "uv-"));
  proc::Environment quiet = environment;
  quiet.set("UV_NO_PROGRESS", "1").unset("VIRTUAL_ENV");
  TRY(const auto fetched,
      proc::run({.argv = {uv, "pip", "install", "--quiet", "--no-deps", "--python-platform", kPlatform, "--only-binary",
                          ":all:", "--target", folder.path().string(), "uv"},
                 .environment = quiet,
                 .timeout = std::chrono::minutes(5)},
                stop));
  if (!fetched.is_success()) return unavailable(fetched.last_line());
  const fs::path made = folder.path() / "bin" / "uv";
  if (!is_static_program(made)) return Error(ErrorCode::corrupt, "the package index gave no static uv");
  std::error_code failure;
  fs::rename(made, program, failure);
  if (failure) return Error(ErrorCode::io, program.string() + ": " + failure.message());
  return {};
}

}  // namespace

bool is_static_program(const fs::path& program) {
  const proc::UniqueFd file(::open(program.c_str(), O_RDONLY | O_CLOEXEC));
  Elf64_Ehdr header{};
  if (!file || ::pread(file.get(), &header, sizeof header, 0) != static_cast<ssize_t>(sizeof header)) return false;
  if (std::string_view(reinterpret_cast<const char*>(header.e_ident), SELFMAG) != ELFMAG) return false;
  for (int i = 0; i < header.e_phnum; ++i) {
    Elf64_Phdr segment{};
    const auto at = static_cast<off_t>(header.e_phoff + static_cast<std::uint64_t>(i) * header.e_phentsize);
    if (::pread(file.get(), &segment, sizeof segment, at) != static_cast<ssize_t>(sizeof segment)) return false;
    if (segment.p_type == PT_INTERP) return false;
  }
  return header.e_phnum > 0;
}

Result<fs::path> portable_uv(const fs::path& folder, const proc::Environment& environment,
                             const std::stop_token& stop) {
  const fs::path kept = folder / "uv";
  if (is_static_program(kept)) return kept;
  const auto own = find_uv(environment);
  if (!own) return not_found("there is no uv on this machine (https://docs.astral.sh/uv says how to install it)");
  if (is_static_program(*own)) return fs::path(*own);
  CHECK_OK(proc::make_directories(folder, 0755));
  TRY(const proc::LockFile lock, proc::LockFile::acquire(folder / "uv.lock", stop));
  if (is_static_program(kept)) return kept;
  const Status fetched = fetch(*own, kept, environment, stop);
  if (fetched) return kept;
  if (stop.stop_requested()) return fetched.error();
  log::warning("no static uv; this machine's own goes into containers", {{"reason", fetched.error().message()}});
  return fs::path(*own);
}

}  // namespace jarvis::agent
