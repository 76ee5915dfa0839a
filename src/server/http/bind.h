// An acceptor on an address: shared by the API's listener and the file server. Includes Asio: for .cc files.
#pragma once

#include <boost/asio/ip/tcp.hpp>

#include "server/http/listener.h"

namespace jarvis::server::http {

/// Errors: conflict when the address is in use, invalid_argument, forbidden.
Result<boost::asio::ip::tcp::acceptor> bind(boost::asio::io_context& io, const Address& address);

}  // namespace jarvis::server::http
