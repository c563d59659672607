using GeneratedEncoder.Generator.Spec.ModelFolders;

namespace GeneratedEncoder.Generator.Tests.ModelFolders;

/// <summary>Names that a stranger's files give to others: judged alike on all systems, before a file system is asked.</summary>
public sealed class FolderNamesTests
{
    [Theory]
    [InlineData("model-00001-of-00002.safetensors")]
    [InlineData("1_Pooling")]
    [InlineData(".hidden")]
    [InlineData("a b")]
    [InlineData("größe.safetensors")]
    [InlineData("console.safetensors")]
    [InlineData("com.safetensors")]
    [InlineData("COM10")]
    public void Names_of_files_are_names(string name)
    {
        Assert.True(FolderNames.IsName(name));
        Assert.True(FolderNames.IsPath(name));
        Assert.True(FolderNames.IsPath($"a/{name}/"));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("...")]
    [InlineData("/etc/passwd")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("\\\\server\\share\\a.safetensors")]
    [InlineData("//server/share/a.safetensors")]
    [InlineData("\\\\?\\C:\\a")]
    [InlineData("\\\\.\\pipe\\a")]
    [InlineData("C:a")]
    [InlineData("C:\\a")]
    [InlineData("a:stream")]
    [InlineData("a\0")]
    [InlineData("a\nb")]
    [InlineData("a\u007F")]
    [InlineData("a.")]
    [InlineData("a ")]
    [InlineData("a*")]
    [InlineData("a?")]
    [InlineData("NUL")]
    [InlineData("nul.safetensors")]
    [InlineData("con .json")]
    [InlineData("Aux")]
    [InlineData("CONOUT$")]
    [InlineData("com1")]
    [InlineData("LPT9.safetensors")]
    [InlineData("COM\u00B2")]
    public void Paths_drives_servers_devices_and_control_characters_are_not(string name)
    {
        Assert.False(FolderNames.IsName(name));
        Assert.False(FolderNames.IsPath(name == "a/b" ? "/a/b" : name));
        Assert.False(FolderNames.IsPath("a/../b/" + name + "/c"));
    }

    [Fact]
    public void A_name_longer_than_file_systems_take_is_none()
    {
        Assert.True(FolderNames.IsName(new string('a', 255)));
        Assert.False(FolderNames.IsName(new string('a', 256)));
    }
}
