// An acceptor on an address: shared by the API's listener and the file server. Includes Asio: for .cc files.
#pragma once

#include <boost/asio/ip/tcp.hpp>

#include "server/http/listener.h"

namespace jarvis::server::http {

/// Errors: conflict when the address is in use, invalid_argument, forbidden.
Result<boost::asio::ip::tcp::acceptor> bind(boost::asio::io_context& io, const Address& address);

/// Tells a client that came when too many are connected, as far as its socket takes it at once, and hangs up.
void refuse_connection(boost::asio::ip::tcp::socket& socket);

}  // namespace jarvis::server::http
