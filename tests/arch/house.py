"""The rules of the house as data: section 5 of the design, row by row, folders to come included."""

# What each folder of src/ may include besides base/ and itself. io/ is open only where it stands.
ALLOWED = {
    "base": set(),
    "io": set(),
    "pack": {"io"},
    "git": {"io", "pack"},
    "rules": set(),
    "match": {"rules"},
    "fingerprint": {"io"},
    "findings": {"rules"},
    "store": {"findings"},
    "net": set(),
    "input": {"io", "pack", "git", "net"},
    "pipeline": {"input", "match", "fingerprint", "findings"},
    "report": {"findings"},
    "gate": {"pipeline", "git", "rules", "fingerprint", "findings", "store", "report"},
    "sweep": {"pipeline", "git", "findings", "store", "report", "net"},
    "verify": {"rules", "findings", "store", "report", "net"},
}
ALLOWED["cli"] = set(ALLOWED)  # everything

# Header patterns (fnmatch) with the one folder that may name them. A header that is neither in
# here, nor the standard library's, nor ours has no owner, and is refused: add its row first.
OS_HEADERS = """
    sys/* linux/* asm/* bits/* net/*.h netinet/* arpa/* unistd.h fcntl.h dirent.h signal.h csignal
    pthread.h termios.h poll.h sched.h malloc.h dlfcn.h pwd.h grp.h netdb.h spawn.h utime.h glob.h
    fnmatch.h ftw.h fts.h mntent.h semaphore.h mqueue.h aio.h syslog.h ucontext.h execinfo.h
    endian.h byteswap.h elf.h link.h langinfo.h regex.h wordexp.h err.h error.h getopt.h libgen.h
    alloca.h strings.h ifaddrs.h pty.h utmp.h utmpx.h crypt.h iconv.h nl_types.h search.h
    sysexits.h features.h stdio_ext.h
""".split()
HEADER_OWNERS = {
    "base": ["openssl/*", "zlib.h", "zconf.h", "nlohmann/*"],
    "io": OS_HEADERS,
    "pack": ["libdeflate.h"],
    "git": ["git2.h", "git2/*"],
    "rules": ["toml++/*", "toml.hpp", "yaml.h", "yaml-cpp/*", "ryml*", "c4/yml/*"],
    "match": ["hs.h", "hs/*", "hs_*.h", "re2/*", "emmintrin.h", "immintrin.h"],
    "store": ["sqlite3.h", "sqlite3ext.h", "libpq-fe.h", "libpq/*", "postgresql/*"],
    "net": ["curl/*"],
    "input": ["archive.h", "archive_entry.h"],
    "pipeline": ["tbb/*", "oneapi/*"],
    "cli": ["CLI/*", "spdlog/*", "fmt/*"],
}

# The same fences for what a folder's CMakeLists.txt links (lower case, fnmatch).
PACKAGE_OWNERS = {
    "base": ["openssl::*", "zlib::*", "nlohmann_json*"],
    "pack": ["*libdeflate*"],
    "git": ["*libgit2*"],
    "rules": ["*toml*", "*yaml*"],
    "match": ["*hyperscan*", "*libhs*", "*re2*"],
    "store": ["*sqlite*", "*postgresql*", "*libpq*"],
    "net": ["*curl*"],
    "input": ["*archive*"],
    "pipeline": ["tbb::*"],
    "cli": ["cli11::*", "spdlog::*", "fmt::*"],
}

# The standard library of C++20. <csignal> stands with the OS headers, <iostream> (its streams are
# the terminal's) is for the one folder that prints.
STANDARD_HEADERS = set("""
    algorithm any array atomic barrier bit bitset cassert cctype cerrno cfenv cfloat charconv chrono
    cinttypes climits clocale cmath codecvt compare complex concepts condition_variable coroutine
    csetjmp cstdarg cstddef cstdint cstdio cstdlib cstring ctime cuchar cwchar cwctype deque
    exception execution filesystem format forward_list fstream functional future initializer_list
    iomanip ios iosfwd istream iterator latch limits list locale map memory memory_resource mutex
    new numbers numeric optional ostream queue random ranges ratio regex scoped_allocator semaphore
    set shared_mutex source_location span sstream stack stdexcept stop_token streambuf string
    string_view strstream syncstream system_error thread tuple type_traits typeindex typeinfo
    unordered_map unordered_set utility valarray variant vector version
    assert.h ctype.h errno.h fenv.h float.h inttypes.h limits.h locale.h math.h setjmp.h stdarg.h
    stddef.h stdint.h stdio.h stdlib.h string.h time.h uchar.h wchar.h wctype.h
""".split())
PRINTING_HEADERS = {"iostream"}

# Calls that end the process, where a folder other than cli/ has to make them, with the reason.
EXIT_EXCEPTIONS = {
    ("io/process.cc", "_exit"): "the second interrupt, in a signal handler, which only io/ can own",
}

WARN_LINES = 350
FAIL_LINES = 600
