// jarvis-server backup, restore and check: the data as a whole, beside a running server or without one.
#pragma once

#include <string>

#include "config/settings.h"

namespace jarvis::server {

/// Copies database, files, secrets and configuration into the directory `to`; what a backup there has already is not
/// copied again. The server may run. Errors: conflict, when `to` holds something else.
Status back_up(const config::Settings& settings, const std::string& to);

/// Makes a new data directory of a backup. Errors: conflict, when there is data already; corrupt.
Status restore(const config::Settings& settings, const std::string& from);

/// Looks for damage, broken promises and files that belong to nothing; prints what it finds. True when all is well.
/// `orphan_days`: files of no task that are older than so many days are deleted; negative: none.
Result<bool> check(const config::Settings& settings, int orphan_days);

}  // namespace jarvis::server
