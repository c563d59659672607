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

    /// <summary>The files that encoders with weights in this format share.</summary>
    public static IEnumerable<(string HintName, SourceText Text)> Narrow(IEnumerable<SimdPath> paths, WeightFormat format)
    {
        if (format == WeightFormat.Int8)
        {
            yield return (
                $"{ImportedNames.Kernels}.IInt8Product.g.cs",
                EmittedFile.WriteShared("products in eight bits", [("this file", "what a product in eight bits tells the tiles")], Int8TileEmitter.EmitInterface));
        }

        foreach (SimdPath path in paths)
        {
            string width = $"{path.Lanes * 32} bits", tiles = path.TilesOf(format);
            if (format == WeightFormat.BFloat16)
            {
                yield return (HintName("BFloat16Tiles", path), EmittedFile.WriteShared(
                    path, tiles, "register tiles for weights of 16 bits", $"Register tiles of {width} for weights of 16 bits, which all encoders of this assembly share.",
                    TileEmitter.AboutBFloat16(path.BFloat16), w => TileEmitter.Emit(w, path.BFloat16, format)));
                continue;
            }

            Int8Path int8 = Int8Path.Of(path);
            yield return (HintName("Int8Tiles", path), EmittedFile.WriteShared(
                path, tiles, "register tiles in eight bits", $"Register tiles of {width} for products in eight bits, which all encoders of this assembly share.",
                Int8TileEmitter.About(int8), w => Int8TileEmitter.Emit(w, int8)));
            yield return (HintName("Quantisation", path), EmittedFile.WriteShared(
                path, path.Quantisation, "rows in eight bits", $"Makes rows of floats rows of eight bits, with vectors of {width}.",
                QuantisationEmitter.About(), w => QuantisationEmitter.Emit(w, path)));
        }
    }

    private static string HintName(string part, SimdPath path) => $"{ImportedNames.Kernels}.{part}.{path.Name}.g.cs";
}
