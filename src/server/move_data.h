// jarvis-server migrate: the database is brought to this binary's version; with --to postgresql://... the data
// directory's SQLite becomes a PostgreSQL database.
#pragma once

#include "config/settings.h"

namespace jarvis::server {

/// What a start of the server does first, alone. Errors: not_found without data, conflict while a server runs with the
/// data directory, those of opening the database.
Status bring_up_database(const config::Settings& settings);

/// Says on stdout how far it is. Run again after an interruption, it goes on. Errors: not_found without a database to
/// move, conflict while a server runs on either side, those of store/copy.h.
Status move_to_postgres(const config::Settings& settings, const std::string& url);

}  // namespace jarvis::server
