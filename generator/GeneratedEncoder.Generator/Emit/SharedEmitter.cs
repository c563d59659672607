using GeneratedEncoder.Generator.Plan;
using GeneratedEncoder.Generator.Spec;
using Microsoft.CodeAnalysis.Text;

namespace GeneratedEncoder.Generator.Emit;

/// <summary>The files that all encoders of an assembly share: the tiles, which are the same for any, and the functions that some of them need.</summary>
internal static class SharedEmitter
{
    public static IEnumerable<(string HintName, SourceText Text)> Tiles(IEnumerable<SimdPath> paths) => paths.Select(path => (
        HintName("Tiles", path),
        EmittedFile.WriteShared(
            path, path.Tiles, "register tiles", $"Register tiles of {path.Lanes * 32} bits, which all encoders of this assembly share.",
            TileEmitter.About(path), w => TileEmitter.Emit(w, path))));

    public static IEnumerable<(string HintName, SourceText Text)> Functions(IEnumerable<SimdPath> paths, MathFunctions functions) => paths.Select(path => (
        HintName("Math", path),
        EmittedFile.WriteShared(
            path, path.Functions, "elementary functions", $"Functions on {path.Lanes * 32} bits that encoders of this assembly share.",
            MathEmitter.About(functions), w => MathEmitter.Emit(w, functions, path))));

    private static string HintName(string part, SimdPath path) => $"{ImportedNames.Kernels}.{part}.{path.Name}.g.cs";
}
