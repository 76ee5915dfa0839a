#include "agent/cli/cli.h"

// GnuTLS comes with libcurl for RTMP, which is never spoken here. Asked by it while it is loaded: does the program
// initialize it when needed? Then it leaves half a megabyte of memory and some milliseconds of every start alone.
extern "C" [[gnu::used, gnu::visibility("default")]] int
_gnutls_global_init_skip() {  // NOLINT(bugprone-reserved-identifier)
  return 1;
}

int main(int argc, char** argv) {
  return jarvis::agent::run_cli(argc, argv);
}
