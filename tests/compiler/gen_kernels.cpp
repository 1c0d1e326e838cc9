// SPDX-License-Identifier: Apache-2.0
#include "tests/compiler/gen_kernels.h"

#include "compiler/files.h"
#include "compiler/process.h"
#include "model/json_text.h"

namespace nibble {

namespace fs = std::filesystem;

CommandResult run_command(const std::vector<std::string> &arguments) {
    const TempFolder temp(fs::temp_directory_path(), "nibble-test-");
    const std::string output = (temp.path() / "output").string();
    std::vector<std::string> command = {"/bin/sh", "-c", "out=$1; shift; exec \"$@\" >\"$out\"", "sh", output};
    command.insert(command.end(), arguments.begin(), arguments.end());
    const ProcessResult result = run_process(command, fs::current_path());
    return {result.signal ? 128 + result.signal : result.exit_code, read_file(output), result.error};
}

CommandResult gen_kernels(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), NIBBLE_GEN_KERNELS);
    return run_command(arguments);
}

std::map<std::string, std::string> folder_contents(const fs::path &folder) {
    std::map<std::string, std::string> contents;
    for (const auto &entry : fs::recursive_directory_iterator(folder)) {
        if (entry.is_regular_file()) {
            contents[fs::relative(entry.path(), folder).string()] = read_file(entry.path());
        }
    }
    return contents;
}

} // namespace nibble
