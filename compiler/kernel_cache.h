// Compiled kernels, found again by what they are made from.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace nibble {

/// One folder an entry, named by its key. Entries come by rename, so that builds can share the cache; the least
/// recently used go when it outgrows its limit. A cache that can't be used makes no build fail; problem() says why, for
/// a warning.
class KernelCache {
public:
    static constexpr uint64_t default_limit = uint64_t{2} << 30;

    /// $NIBBLE_CACHE, else $XDG_CACHE_HOME/nibble, else ~/.cache/nibble; empty where none is set.
    static std::filesystem::path default_folder();

    /// `folder` empty or missing: a cache that finds and keeps nothing; not writable: one that keeps nothing.
    explicit KernelCache(const std::filesystem::path &folder, uint64_t limit = default_limit);

    /// Copies the entry's files into `folder`. False where the cache does not have all of them.
    bool fetch(const std::string &key, const std::vector<std::string> &files,
               const std::filesystem::path &folder) const;
    /// Keeps copies of files of `folder`. What can't be kept isn't.
    void keep(const std::string &key, const std::vector<std::string> &files, const std::filesystem::path &folder) const;
    /// Removes the least recently used entries until the rest fits the limit, and what killed processes left.
    void prune() const;

    /// Why the cache can't be used, if so.
    const std::optional<std::string> &problem() const { return problem_; }
    /// Where notes beside the kernels may be kept; empty where nothing can be.
    std::filesystem::path notes_folder() const;

private:
    std::filesystem::path folder_; ///< empty: there is nothing to find
    uint64_t limit_;
    std::optional<std::string> problem_;
};

/// SHA-256 of a file. The folder `notes` remembers it by path, size and time of change, since programs and libraries
/// are large; none where it is empty.
std::string file_fingerprint(const std::filesystem::path &file, const std::filesystem::path &notes);

} // namespace nibble
