"""Neurons by name, with settings."""

import dataclasses

import pytest

from clearprop import neurons
from clearprop.errors import ClearpropError
from clearprop.registry import build, config_of


def test_the_names():
    assert list(neurons.NEURONS.classes) == ["lif", "adaptive_exponential", "izhikevich", "hodgkin_huxley", "branched"]


@pytest.mark.parametrize("name", neurons.NEURONS.classes)
def test_a_name_gives_the_neuron_with_its_defaults(name):
    found = neurons.get(name)
    assert found == neurons.NEURONS.classes[name]()
    assert neurons.get(name.replace("_", "-")) == found
    assert neurons.get(found) is found
    assert build(config_of(found)) == found


@pytest.mark.parametrize("name", neurons.NEURONS.classes)
def test_every_setting_can_be_given(name):
    plain = neurons.get(name)
    settings = {field.name: getattr(plain, field.name) for field in dataclasses.fields(plain)}
    assert neurons.get(":".join([name, *(f"{key}={value}" for key, value in settings.items())])) == plain


def test_settings_are_read_as_what_they_are():
    assert neurons.get("lif:tau_m_ms=20") == neurons.LeakyIntegrateAndFire(tau_m_ms=20.0)
    assert neurons.get("branched : branches=2 : coupling_uS=0.01") == neurons.BranchedLIF(2, coupling_uS=0.01)
    assert neurons.get("hodgkin-huxley:temperature_C=18.5").temperature_C == 18.5


def test_a_class_and_what_differs_from_it():
    assert neurons.get("izhikevich:class=fast-spiking") == neurons.Izhikevich.of_class("FS")
    assert neurons.get("izhikevich:class=FS:d=3") == neurons.Izhikevich(0.1, 0.2, -65.0, 3.0)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ("hodgkin_huxly", "There is no neuron called 'hodgkin_huxly'. Did you mean 'hodgkin_huxley'"),
        ("zzz", "Known: adaptive_exponential, branched, hodgkin_huxley, izhikevich, lif"),
        ("lif:tau_m=20", "'lif' has no setting 'tau_m'. Did you mean 'tau_m_ms'"),
        ("lif:class=RS", "'lif' has no setting 'class'"),
        ("lif:", "'lif' has no setting ''"),
        ("lif:tau_m_ms=slow", "The setting 'tau_m_ms' of 'lif' cannot be 'slow'"),
        ("lif:tau_m_ms=0", "tau_m_ms of LeakyIntegrateAndFire cannot be 0"),
        ("lif:tau_m_ms=NaN", "tau_m_ms of LeakyIntegrateAndFire cannot be nan"),
        ("branched:branches=1.5", "The setting 'branches' of 'branched' cannot be 1.5"),
        ("izhikevich:class=chatering", "Did you mean 'chattering'"),
    ],
)
def test_what_cannot_be_is_told(wrong, sentence):
    with pytest.raises(ClearpropError, match=sentence):
        neurons.get(wrong)
