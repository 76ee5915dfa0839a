// What tasks, projects and models have in common: making them public and private, and their tags. Each is the handler
// of several rows, one for each kind.
#pragma once

#include "server/endpoint.h"
#include "server/services.h"
#include "server/store/documents.h"

namespace jarvis::server::visibility {

/// Moves entities to the empty company: everybody reads them, nobody changes them.
template <store::Kind Of>
ApiResult<Reply> make_public(Services& services, store::Transaction& tx, const Call& call);
/// Takes them back. Only for the company that they came from: 400/101, 400/401 or 400/201 otherwise.
template <store::Kind Of>
ApiResult<Reply> make_private(Services& services, store::Transaction& tx, const Call& call);
/// Adds and removes tags of several entities at once; the others stay.
template <store::Kind Of>
ApiResult<Reply> update_tags(Services& services, store::Transaction& tx, const Call& call);

}  // namespace jarvis::server::visibility
