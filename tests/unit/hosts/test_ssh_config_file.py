"""``~/.ssh/config`` read without an OpenSSH client, held against ``ssh -G`` itself."""

import pytest

from coophost_gui.hosts.ssh_config import ConfigUnreadable, settings_for
from tests.unit.hosts.config_files import Files, difference

QUICK = 60
TABLE = {
    "nothing": "",
    "a host": "Host kitchen\n HostName 10.0.0.7\n Port 2200\n User ada\n",
    "the first wins": "Host kitch*\n User ada\nHost *\n User bob\n Port 7\n",
    "negation": "Host * !kitchen\n User ada\nHost !kitchen *\n User bob\n",
    "letters": "hOST Kitchen\n User ada\nMatch host KITCHEN\n Port 7\n",
    "equals signs": "Host=kitchen\nUser = ada\nPort=7\n",
    "quotes": 'User \'a d a\'\nIdentityFile "~/one two"\nUserKnownHostsFile a\\ b "c d"\n',
    "comments": "# all\nUser ada # her\nHost kitchen # this\n Port 7\n",
    "CRLF": "Host kitchen\r\n  User ada\r\n",
    "keys": "IdentityFile ~/a\nIdentityFile ~/b\nIdentityFile ~/a\nCertificateFile ~/a-cert.pub\n",
    "no key": "IdentityFile none\n",
    "agent": "IdentityAgent ~/agent.%r\n",
    "agent by name": "IdentityAgent $HOME\n",
    "tokens": "HostName %h.example.org\nUserKnownHostsFile /%h/%n/%p/%r/%u/%d/%L/%l/%i/%k/%C/%%\n",
    "variables": "UserKnownHostsFile ${HOME}/kh\nIdentityAgent ${HOME}/agent\n",
    "alias": "HostKeyAlias Store\nHostName 10.0.0.7\nUserKnownHostsFile /%k\n",
    "hops": "ProxyJump ada@one:22,two\nProxyCommand nc %h\n",
    "command": 'ProxyCommand sh -c "nc %h %p" # all of it\nProxyJump one\n',
    "a hop to itself": "ProxyJump kitchen\n",
    "no hop": "Host kitchen\n ProxyJump none\nHost *\n ProxyJump one\n",
    "no hop, then a command": "ProxyJump none\nProxyCommand nc\n",
    "match user": "User ada\nMatch user ada,bob\n Port 7\nMatch !user ada\n Port 8\n",
    "match original": "HostName Beta\nMatch host beta originalhost kitchen\n Port 7\n",
    "match localuser": "Match localuser nobody\n Port 7\nMatch localuser *\n Port 8\n",
    "match exec": 'Match exec "test %h = kitchen -a %p = 22"\n User ada\n',
    "match exec is skipped": "Match host x exec \"touch '%d/never'\"\n User ada\n",
    "match all": "Match !all\n Port 7\nMatch all\n Port 8\n",
    "match final all": "Match final all\n User ada\nMatch user bob all\n Port 7\n",
    "match final": "Match final host beta\n User ada\nHost *\n HostName BETA\n",
    "match canonical": "Match canonical\n Port 7\nMatch final\n User ada\n",
    "a second reading": "CanonicalizeHostname yes\nMatch canonical\n Port 7\n",
    "times": "ConnectTimeout 1m30\nServerAliveInterval 2h\nServerAliveCountMax 9\n",
    "a port by name": "Port ssh\n",
    "an option of others": "SendEnv LANG\nForwardX11 yes\n",
    "broken quotes": 'User "ada\n',
    "words left over": "User ada bob\n",
    "broken where it does not apply": "Host beta\n Port many\n",
    "unknown token": "HostName %p\n",
    "unset variable": "IdentityAgent ${NOT_THERE_AT_ALL}\n",
    "include": "Include conf.d/*.conf\nUser bob\n",
    "include in a block": "Host beta\n Include conf.d/*.conf\nHost *\n Port 9\n",
    "include nothing": "Include nothing/*\nUser bob\n",
    "include itself": "Include config\n",
}


@pytest.fixture
def ssh_dir(own_home):
    folder = own_home / ".ssh"
    (folder / "conf.d").mkdir(parents=True)
    (folder / "conf.d" / "1.conf").write_text("Host kitchen\n User ada\n Include more\n")
    (folder / "conf.d" / "2.conf").write_text("Port 8\nIdentityFile ~/two\n")
    (folder / "more").write_text("HostName inner\nMatch all\nServerAliveInterval 4\n")
    return folder


@pytest.mark.parametrize("case", TABLE, ids=str)
def test_a_row_means_what_ssh_takes_it_for(case, ssh_dir):
    (ssh_dir / "config").write_text(TABLE[case])
    assert difference(ssh_dir / "config", "kitchen") == ""


def test_files_made_by_chance_mean_what_ssh_takes_them_for(own_home):
    for seed in range(QUICK):
        files = Files(own_home, seed)
        assert difference(files.config, files.name) == "", f"seed {seed}"


def test_a_file_that_others_may_write_is_refused_when_included(ssh_dir):
    (ssh_dir / "config").write_text("Include more\n")
    (ssh_dir / "more").chmod(0o666)
    assert difference(ssh_dir / "config", "kitchen") == ""


class TestWithoutAClient:
    @pytest.fixture(autouse=True)
    def no_ssh(self, monkeypatch, tmp_path):
        monkeypatch.setenv("PATH", str(tmp_path))

    def test_the_settings_are_those_that_ssh_would_give(self, ssh_dir, monkeypatch):
        text = "Include conf.d/*.conf\nIdentityFile ~/.ssh/%r_key\nHostKeyAlias store\n"
        (ssh_dir / "config").write_text(text)
        ours = settings_for("kitchen", ssh_dir)
        monkeypatch.undo()
        monkeypatch.setenv("HOME", str(ssh_dir.parent))
        assert ours == settings_for("kitchen", ssh_dir)
        assert ours.user == "ada"
        assert ours.identity_files[-1] == ssh_dir / "ada_key"

    def test_a_broken_line_is_named(self, ssh_dir):
        (ssh_dir / "more").write_text("\nPort many\n")
        (ssh_dir / "config").write_text("Include more\n")
        with pytest.raises(ConfigUnreadable) as caught:
            settings_for("kitchen", ssh_dir)
        assert caught.value.detail == f"{ssh_dir}/more line 2: Bad port 'many'."
