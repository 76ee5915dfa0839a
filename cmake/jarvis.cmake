# One folder is one library: every x.cc of the folder, its tests (x_test.cc) in one executable
# beside it. The names of the libraries that a folder may use are the DEPS here; `dev check-includes`
# holds the #include lines to the same list.

find_package(Threads REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(GTest REQUIRED)
set(Boost_USE_STATIC_LIBS ON)
find_package(Boost 1.81 REQUIRED COMPONENTS json)

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
endif()

add_library(jarvis_options INTERFACE)
target_compile_options(jarvis_options INTERFACE
  -Wall -Wextra -Wconversion -Wshadow -Wno-sign-conversion -Wno-missing-field-initializers -Werror=switch -Werror=return-type -Werror=unused-result)
target_compile_definitions(jarvis_options INTERFACE
  JARVIS_VERSION="${PROJECT_VERSION}" BOOST_ERROR_CODE_HEADER_ONLY)
target_include_directories(jarvis_options INTERFACE ${CMAKE_SOURCE_DIR}/src ${CMAKE_BINARY_DIR}/generated)
if(JARVIS_SANITIZE STREQUAL "address")
  target_compile_options(jarvis_options INTERFACE -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
  # With g++ these two double the time to compile, and null pointers are ASan's, too; the fuzzers' clang has all.
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(jarvis_options INTERFACE -fno-sanitize=null,alignment)
  endif()
  target_link_options(jarvis_options INTERFACE -fsanitize=address,undefined)
elseif(JARVIS_SANITIZE STREQUAL "thread")
  target_compile_options(jarvis_options INTERFACE -fsanitize=thread)
  target_link_options(jarvis_options INTERFACE -fsanitize=thread)
endif()
find_program(LLD_PROGRAM ld.lld)
if(LLD_PROGRAM)
  target_link_options(jarvis_options INTERFACE -fuse-ld=lld)
endif()

# jarvis_library(name DEPS a b): the folder's library and, where it has tests, the target name_test.
function(jarvis_library name)
  cmake_parse_arguments(ARG "" "" "DEPS;SOURCES" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cc)
  set(tests ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")
  list(FILTER sources EXCLUDE REGEX "(_test|main)\\.cc$")
  list(APPEND sources ${ARG_SOURCES})
  if(sources)
    add_library(${name} STATIC ${sources})
    target_link_libraries(${name} PUBLIC jarvis_options Threads::Threads ${ARG_DEPS})
  else()
    add_library(${name} INTERFACE)
    target_link_libraries(${name} INTERFACE jarvis_options Threads::Threads ${ARG_DEPS})
  endif()
  if(tests)
    add_executable(${name}_test ${tests})
    target_link_libraries(${name}_test PRIVATE ${name} GTest::gtest GTest::gmock GTest::gtest_main)
    add_test(NAME ${name}_test COMMAND ${name}_test)
    set_tests_properties(${name}_test PROPERTIES TIMEOUT 120)
  endif()
endfunction()

# The folder's tests once more, over PostgreSQL (see server/store/store_fixture.h).
function(jarvis_test_on_postgresql name)
  if(TARGET ${name}_test)
    add_test(NAME ${name}_test_on_postgresql COMMAND ${name}_test)
    set_tests_properties(${name}_test_on_postgresql PROPERTIES TIMEOUT 240 ENVIRONMENT JARVIS_TEST_DATABASE=postgresql)
  endif()
endfunction()

# jarvis_embed(target out_name DIR GLOB...): the files become a generated .cc with
# `const std::map-like array` of (name, text); see cmake/embed.cmake for its shape.
function(jarvis_embed target symbol base)
  set(files)
  foreach(pattern ${ARGN})
    file(GLOB_RECURSE found CONFIGURE_DEPENDS ${base}/${pattern})
    list(APPEND files ${found})
  endforeach()
  set(out ${CMAKE_BINARY_DIR}/generated/${symbol}.cc)
  add_custom_command(OUTPUT ${out}
    COMMAND ${CMAKE_COMMAND} -DOUT=${out} -DSYMBOL=${symbol} -DBASE=${base} "-DFILES=${files}"
            -P ${CMAKE_SOURCE_DIR}/cmake/embed.cmake
    DEPENDS ${files} ${CMAKE_SOURCE_DIR}/cmake/embed.cmake VERBATIM)
  target_sources(${target} PRIVATE ${out})
endfunction()
