// SPDX-License-Identifier: Apache-2.0
#include "compiler/importing.h"

#include <cstdio>
#include <sstream>

#include <fmt/format.h>

#include "compiler/process.h"
#include "model/error.h"

namespace nibble {

namespace fs = std::filesystem;

namespace {

/// The importer's own lines: "<file>: <where>: found <found>, expected <expected>"; a line of another form is kept
/// whole.
Finding parse_finding(const std::string &line) {
    const size_t found = line.rfind(": found ");
    const size_t expected = line.rfind(", expected ");
    const size_t where = line.find(": ");
    if (found == std::string::npos || expected == std::string::npos || where >= found || expected < found) {
        return {line, "import", "an importer's failure", "a model that can be imported"};
    }
    return {line.substr(0, where), line.substr(where + 2, found - where - 2),
            line.substr(found + 8, expected - found - 8), line.substr(expected + 11)};
}

Error import_failure(const fs::path &path, const ProcessResult &result) {
    std::vector<Finding> findings;
    std::istringstream lines(result.error);
    for (std::string line; result.exit_code == 1 && std::getline(lines, line);) {
        if (!line.empty()) {
            findings.push_back(parse_finding(line));
        }
    }
    if (findings.empty()) {
        findings.push_back({path.string(), "import", result.describe(), "a model that can be imported"});
    }
    return Error(std::move(findings));
}

/// What the imported model lacks is the file's fault: findings name that.
Model read_imported(const fs::path &folder, const fs::path &path) {
    try {
        Model model = read_model(folder);
        model.source = path.string();
        return model;
    } catch (const Error &error) {
        std::vector<Finding> findings = error.findings();
        for (Finding &finding : findings) {
            finding.file = path.string();
        }
        throw Error(std::move(findings));
    }
}

/// The importer's lines that begin with the file's name, without it.
std::vector<std::string> warnings_of(const std::string &file, const std::string &printed) {
    const std::string start = file + ": ";
    std::vector<std::string> warnings;
    std::istringstream lines(printed);
    for (std::string line; std::getline(lines, line);) {
        if (line.compare(0, start.size(), start) == 0) {
            warnings.push_back(line.substr(start.size()));
        }
    }
    return warnings;
}

} // namespace

Model load_model(const fs::path &path, const ImportOptions &options, const Tools &tools, const fs::path &work) {
    std::error_code error;
    if (fs::is_directory(path, error)) {
        if (options.batch) {
            throw Error(Finding{path.string(), "--batch", "a model folder", "a file that is imported"});
        }
        return read_model(path);
    }
    const std::string kinds = "a .onnx or .tflite file or a model folder", extension = path.extension().string();
    if (!fs::exists(path, error)) {
        throw Error(Finding{path.string(), "--model", "no such file or folder", kinds});
    }
    if (extension != ".onnx" && extension != ".tflite") {
        throw Error(Finding{path.string(), "--model", extension.empty() ? "no extension" : extension, kinds});
    }
    const fs::path folder = work / "imported";
    const fs::path importer = resource_folder() / "importers" / (extension.substr(1) + "_importer.py");
    const std::string file = fs::absolute(path).string();
    std::vector<std::string> command = {tools.python, importer.string(), file, folder.string()};
    if (!options.rounding.empty()) {
        command.push_back("--rounding=" + options.rounding);
    }
    if (options.batch) {
        command.push_back(fmt::format("--batch={}", *options.batch));
    }
    const ProcessResult result = run_process(command, fs::current_path());
    if (!result.ok()) {
        throw import_failure(path, result);
    }
    fmt::print(stderr, "{}", result.error);
    Model model = read_imported(folder, path);
    model.warnings = warnings_of(file, result.error);
    return model;
}

} // namespace nibble
