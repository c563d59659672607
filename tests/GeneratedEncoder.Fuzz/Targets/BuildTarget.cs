extern alias build;

using build::GeneratedEncoder.Build;

namespace GeneratedEncoder.Fuzz;

/// <summary>The build task's reader of headers.</summary>
internal sealed class BuildTarget : FuzzTarget
{
    private readonly Lazy<ScratchFolder> _folder = new(() => new ScratchFolder());

    public override string Name => "build";

    public override IEnumerable<byte[]> Seeds => SafetensorsInput.Seeds;

    public override IReadOnlyList<string> Words => SafetensorsInput.Words;

    public override void Run(byte[] input) => SafetensorsHeaderFile.Read(
        _folder.Value.Write("model.safetensors", SafetensorsInput.Length(input), SafetensorsInput.Header(input), SafetensorsInput.Data(input)));
}
